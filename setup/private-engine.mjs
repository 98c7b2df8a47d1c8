import { readdir, rm } from 'node:fs/promises';
import { basename } from 'node:path';
import { pingEngine, removeContainers } from './engine-http.mjs';
import { daemonPids, eraseEngine, killDaemon, startDaemon, stopDaemon } from './engine-daemon.mjs';
import { debianRelease } from './debian-release.mjs';
import { engineEnvironment, packagedBusybox } from './engine-environment.mjs';
import { enginePlace, mainEngine } from './engine-place.mjs';
import { addUser, engineUsers, keepEngine } from './engine-users.mjs';
import { waitUntil } from './leftovers.mjs';
import { takeLock, tryLock } from './lock.mjs';
import { privateEngineSupport } from './private-engine-support.mjs';
import { Refusal } from './refusal.mjs';

export { privateEngineSupport };

/**
 * Starts a Docker Engine of this checkout's own, from Debian's packages, with nothing installed.
 *
 * The engine `main` is shared: a second caller, in this process or another, adopts it, and the last
 * one to release it stops it. Every other name is an engine of this process alone (another process
 * waits for the name), which may be stopped, killed and started again on the same data.
 *
 * @type {typeof import('./private-engine.d.mts').startPrivateEngine}
 */
export async function startPrivateEngine(options = {}) {
  const { name = mainEngine, dockerdArguments = [], bridge = false, release, say = () => {}, signal } = options;
  const reason = privateEngineSupport();
  if (reason !== null) throw new Refusal(`${reason}; start a Docker Engine yourself and set DOCKER_HOST`);
  const place = enginePlace(name);
  // Outside the lock: a download is long, and has a lock of its own.
  await packagedBusybox(say);
  await engineEnvironment(say);
  const root = release === undefined ? undefined : await debianRelease(release, say);
  const daemon = { dockerdArguments, bridge, ...(root !== undefined && { root }) };
  if (name !== mainEngine) return startOwnEngine(place, daemon, { say, signal });
  if (dockerdArguments.length > 0 || bridge || root !== undefined) {
    throw new TypeError(`the engine ${mainEngine} is shared: an engine with arguments of its own needs another name`);
  }
  return joinSharedEngine(place, { say, signal });
}

/**
 * @typedef {import('./engine-place.mjs').EnginePlace} EnginePlace
 * @typedef {import('./engine-daemon.mjs').DaemonOptions} DaemonOptions
 * @typedef {{ say: (line: string) => void, signal: AbortSignal | undefined }} Waiting
 */

/**
 * @param {EnginePlace} place
 * @param {Waiting} waiting
 */
async function joinSharedEngine(place, waiting) {
  const { adopted, endUse } = await underLock(place, waiting, async () => {
    const running = await isAnswering(place);
    if (!running) {
      // A killed daemon's leftovers go first; so do its users, who lost their engine.
      await eraseEngine(place);
      await startFresh(place, { dockerdArguments: [], bridge: false });
    }
    return { adopted: running, endUse: await addUser(place) };
  });
  const refuse = () => Promise.reject(new TypeError(`the engine ${place.name} is shared: start one with another name`));
  let released = false;
  const release = async () => {
    if (released) return;
    released = true;
    await underLock(place, { say: () => {}, signal: undefined }, async () => {
      await endUse();
      await stopIfUnused(place);
    });
  };
  return handle(place, adopted, { start: refuse, kill: refuse, stop: release, release });
}

/**
 * @param {EnginePlace} place
 * @param {DaemonOptions} daemon
 * @param {Waiting} waiting
 */
async function startOwnEngine(place, daemon, waiting) {
  const unlock = await takeEngineLock(place, waiting);
  try {
    await eraseEngine(place);
    await startFresh(place, daemon);
  } catch (error) {
    await unlock();
    throw error;
  }
  let released = false;
  return handle(place, false, {
    async start() {
      if (daemonPids(place).length === 0) await startDaemon(place, daemon);
    },
    stop: () => stopDaemon(place),
    kill: () => killDaemon(place),
    async release() {
      if (released) return;
      released = true;
      await endEngine(place);
      await unlock();
    },
  });
}

/**
 * @param {EnginePlace} place
 * @param {boolean} adopted
 * @param {{ start(): Promise<void>, stop(): Promise<void>, kill(): Promise<void>, release(): Promise<void> }} control
 * @returns {import('./private-engine.d.mts').PrivateEngine}
 */
function handle(place, adopted, control) {
  const { name, socketPath, host, logFile } = place;
  return {
    name,
    socketPath,
    host,
    logFile,
    adopted,
    get pid() {
      return daemonPids(place)[0];
    },
    ...control,
    async restart() {
      await control.stop();
      await control.start();
    },
    [Symbol.asyncDispose]: control.release,
  };
}

/**
 * Keeps the shared engine running after its last user.
 *
 * @param {boolean} kept if false, it is stopped as soon as nobody uses it
 * @returns {Promise<number[]>} the processes that still use it
 */
export async function keepPrivateEngine(kept) {
  const place = enginePlace(mainEngine);
  return underLock(place, { say: () => {}, signal: undefined }, async () => {
    await keepEngine(place, kept && (await isAnswering(place)));
    await stopIfUnused(place);
    return (await engineUsers(place)).pids;
  });
}

/**
 * The shared engine as it is now, without starting it.
 *
 * @returns {Promise<{ host: string, running: boolean, kept: boolean, pids: number[], logFile: string }>}
 */
export async function privateEngineStatus() {
  const place = enginePlace(mainEngine);
  const running = 'apiVersion' in (await pingEngine(place.host));
  return { host: place.host, logFile: place.logFile, running, ...(await engineUsers(place)) };
}

/**
 * Ends the engines of this checkout whose process was killed before it could do so itself. The shared
 * one is left to its next user.
 */
export async function endAbandonedEngines() {
  // Then there are none, or they are root's.
  if (privateEngineSupport() !== null) return;
  const prefix = basename(enginePlace('x').runFolder).slice(0, -1);
  const folders = await readdir('/run').catch(() => []);
  for (const folder of folders.filter((name) => name.startsWith(prefix))) {
    const place = enginePlace(folder.slice(prefix.length));
    const unlock = await tryLock(place.lockName, 'end an abandoned engine');
    if (unlock === undefined) continue;
    await eraseEngine(place);
    await unlock();
  }
}

/** @param {EnginePlace} place */
async function stopIfUnused(place) {
  const { kept, pids } = await engineUsers(place);
  if (!kept && pids.length === 0) await endEngine(place);
}

/**
 * @param {EnginePlace} place
 * @param {DaemonOptions} options
 */
async function startFresh(place, options) {
  await rm(place.logFile, { force: true });
  try {
    await startDaemon(place, options);
  } catch (error) {
    await eraseEngine(place);
    throw error;
  }
}

/**
 * The end of an engine whose data nobody wants any more.
 *
 * @param {EnginePlace} place
 */
async function endEngine(place) {
  if (await isAnswering(place)) await removeContainers(place.host);
  await stopDaemon(place);
  await eraseEngine(place);
}

/**
 * Whether the engine answers. A daemon that lives may still be starting, or stopping: it gets a while.
 *
 * @param {EnginePlace} place
 */
async function isAnswering(place) {
  if (daemonPids(place).length === 0) return false;
  return waitUntil(async () => 'apiVersion' in (await pingEngine(place.host, 2000)), 10_000);
}

/**
 * @template T
 * @param {EnginePlace} place
 * @param {Waiting} waiting
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function underLock(place, waiting, work) {
  const unlock = await takeEngineLock(place, waiting);
  try {
    return await work();
  } finally {
    await unlock();
  }
}

/**
 * @param {EnginePlace} place
 * @param {Waiting} waiting
 */
function takeEngineLock(place, { say, signal }) {
  return takeLock(place.lockName, {
    what: `engine ${place.name}`,
    onWait: ({ pid }) => say(`waiting for process ${pid}, which is busy with the private engine ${place.name}`),
    ...(signal === undefined ? {} : { signal }),
  });
}
