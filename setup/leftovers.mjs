import { readdirSync, readFileSync } from 'node:fs';
import { readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { runCommand } from './run-command.mjs';

/**
 * A daemon that was killed leaves shims, the containers' processes, mounts, sockets and cgroups. All
 * of them carry the engine's own folders or its cgroup in their names, so nothing of another engine
 * is touched.
 *
 * @param {{ runFolder: string, dataFolder: string, cgroup: string }} engine
 */
export async function removeLeftovers({ runFolder, dataFolder, cgroup }) {
  await removeShimSockets(runFolder);
  const pids = engineProcesses(runFolder);
  for (const pid of pids) killIfAlive(pid);
  await removeCgroups(cgroup);
  await waitUntil(() => pids.every(hasEnded), 5000);
  await unmountBelow([runFolder, dataFolder]);
}

const engineCommands = new Set([
  'dockerd',
  'containerd',
  'containerd-shim-runc-v2',
  'containerd-shim',
  'runc',
  'podman',
  'conmon',
]);

/**
 * The processes that were started for the engine with this run folder. The command's name is looked at
 * too: somebody's `curl --unix-socket` names the folder as well.
 *
 * @param {string} runFolder
 * @param {string} [command] only these
 * @returns {number[]}
 */
export function engineProcesses(runFolder, command) {
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => {
      if (!(pid > 0)) return false;
      const words = commandLine(pid);
      const name = basename(words[0] ?? '');
      if (command === undefined ? !engineCommands.has(name) : name !== command) return false;
      return words.some((word) => word.includes(`${runFolder}/`));
    });
}

/**
 * Whether the process has ended. One that nobody has waited for yet (a zombie) has; one whose command
 * line is gone may still hold its files.
 *
 * @param {number} pid
 */
export function hasEnded(pid) {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return /^\) [ZX]/.test(stat.slice(stat.lastIndexOf(')')));
  } catch {
    return true;
  }
}

/** @param {number} pid */
function commandLine(pid) {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** @param {number} pid */
export function killIfAlive(pid, /** @type {NodeJS.Signals} */ signal = 'SIGKILL') {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended by itself meanwhile.
  }
}

/**
 * @param {() => boolean | Promise<boolean>} condition
 * @param {number} limitMs
 * @returns {Promise<boolean>} whether it came true in time
 */
export async function waitUntil(condition, limitMs) {
  const end = performance.now() + limitMs;
  while (!(await condition())) {
    if (performance.now() > end) return false;
    await sleep(20);
  }
  return true;
}

/**
 * containerd puts its shims' sockets into one folder for the whole machine; each bundle names its own.
 *
 * @param {string} runFolder
 */
async function removeShimSockets(runFolder) {
  const bundles = join(runFolder, 'exec', 'containerd', 'daemon', 'io.containerd.runtime.v2.task', 'moby');
  for (const id of await readdir(bundles).catch(() => [])) {
    // containerd 1.6 and 1.7.
    for (const file of ['address', 'bootstrap.json']) {
      const content = await readFile(join(bundles, id, file), 'utf8').catch(() => '');
      const path = /unix:\/\/(\/[^"\s]+)/.exec(content)?.[1];
      if (path !== undefined) await rm(path, { force: true });
    }
  }
}

/**
 * Ends the processes of a cgroup, in whatever hierarchies it is, and removes it.
 *
 * @param {string} cgroup
 */
export async function removeCgroups(cgroup) {
  const roots = mounts()
    .filter(({ type }) => type === 'cgroup' || type === 'cgroup2')
    .map(({ path }) => join(path, cgroup));
  const folders = (await Promise.all(roots.map(withSubfolders))).flat();
  // A frozen process dies only when it is thawed, and it is frozen in one hierarchy alone (cgroup v1).
  for (const folder of folders) await writeFile(join(folder, 'freezer.state'), 'THAWED').catch(() => {});
  await waitUntil(async () => {
    const pids = new Set((await Promise.all(folders.map(processesIn))).flat());
    for (const pid of pids) killIfAlive(pid);
    return pids.size === 0;
  }, 5000);
  // Children come after their parents.
  for (const folder of folders.reverse()) await rmdir(folder).catch(() => {});
}

/**
 * @param {string} folder
 * @returns {Promise<string[]>} itself and those below it, or nothing if it is not there
 */
async function withSubfolders(folder) {
  const children = await readdir(folder, { withFileTypes: true }).catch(() => undefined);
  if (children === undefined) return [];
  const below = children
    .filter((child) => child.isDirectory())
    .map((child) => withSubfolders(join(folder, child.name)));
  return [folder, ...(await Promise.all(below)).flat()];
}

/** @param {string} cgroup a folder */
async function processesIn(cgroup) {
  const pids = await readFile(join(cgroup, 'cgroup.procs'), 'utf8').catch(() => '');
  return pids.split('\n').map(Number).filter(Boolean);
}

/** @param {readonly string[]} folders */
async function unmountBelow(folders) {
  const below = mounts()
    .map(({ path }) => path)
    .filter((path) => folders.some((folder) => path === folder || path.startsWith(`${folder}/`)));
  // The last one mounted may lie on top of the others.
  for (const path of below.reverse()) {
    const { code } = await runCommand('umount', [path]);
    if (code !== 0) await runCommand('umount', ['-l', path]);
  }
}

function mounts() {
  return readFileSync('/proc/self/mountinfo', 'utf8')
    .split('\n')
    .filter(Boolean)
    .map((line) => {
      const [before = '', after = ''] = line.split(' - ');
      // Blanks and other special characters are written in octal.
      const path = (before.split(' ')[4] ?? '').replace(/\\([0-7]{3})/g, (_, octal) =>
        String.fromCharCode(Number.parseInt(octal, 8)),
      );
      return { path, type: after.split(' ')[0] ?? '' };
    });
}
