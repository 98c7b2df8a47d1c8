import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Who uses the shared engine: one empty file per use, named by the process's pid and start time, so
 * that a process that was killed, or whose pid is somebody else's by now, does not count. The last user
 * stops the engine. All functions are called under the engine's lock.
 *
 * @typedef {import('./engine-place.mjs').EnginePlace} EnginePlace
 */

// Not a process: the engine stays until `npm run engine -- stop`.
const keeper = 'kept';

/**
 * @param {EnginePlace} place
 * @returns {Promise<() => Promise<void>>} ends this use
 */
export async function addUser(place) {
  const name = `${processName(process.pid)}.${randomUUID()}`;
  await addFile(place, name);
  return () => rm(join(usersFolder(place), name), { force: true });
}

/**
 * @param {EnginePlace} place
 * @param {boolean} kept
 */
export async function keepEngine(place, kept) {
  if (kept) await addFile(place, keeper);
  else await rm(join(usersFolder(place), keeper), { force: true });
}

/**
 * @param {EnginePlace} place
 * @returns {Promise<{ kept: boolean, pids: number[] }>}
 */
export async function engineUsers(place) {
  const names = await readdir(usersFolder(place)).catch(() => /** @type {string[]} */ ([]));
  const pids = names
    .filter((name) => name !== keeper)
    .filter((name) => name.startsWith(`${processName(Number.parseInt(name, 10))}.`))
    .map((name) => Number.parseInt(name, 10));
  return { kept: names.includes(keeper), pids: [...new Set(pids)] };
}

/**
 * @param {EnginePlace} place
 * @param {string} name
 */
async function addFile(place, name) {
  await mkdir(usersFolder(place), { recursive: true });
  await writeFile(join(usersFolder(place), name), '');
}

/** @param {EnginePlace} place */
function usersFolder(place) {
  return join(place.runFolder, 'users');
}

/** @param {number} pid */
function processName(pid) {
  try {
    // The command's name, in parentheses, may hold blanks; the start time is the 20th field after it.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const startTime = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19];
    return `${pid}.${startTime}`;
  } catch {
    return 'ended';
  }
}
