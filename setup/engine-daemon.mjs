import { spawn } from 'node:child_process';
import { openSync, closeSync } from 'node:fs';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inRelease } from './debian-release.mjs';
import { engineEnvironment, packagedBusybox, releaseEnvironment } from './engine-environment.mjs';
import { pingEngine } from './engine-http.mjs';
import { engineProcesses, hasEnded, killIfAlive, removeLeftovers, waitUntil } from './leftovers.mjs';
import { Refusal } from './refusal.mjs';
import { runCommand, runOrThrow } from './run-command.mjs';

const startLimitMs = 60_000;
// Containers that ignore SIGTERM take dockerd 10 s, all of them at the same time.
const stopLimitMs = 30_000;

/**
 * @typedef {import('./engine-place.mjs').EnginePlace} EnginePlace
 */

/**
 * @typedef {object} DaemonOptions
 * @property {readonly string[]} dockerdArguments
 * @property {boolean} bridge
 * @property {string} [root] the folder of another Debian release, whose dockerd it is
 */

/**
 * Starts dockerd and resolves when it answers.
 *
 * @param {EnginePlace} place
 * @param {DaemonOptions} options
 */
export async function startDaemon(place, { dockerdArguments, bridge, root }) {
  const environment = root === undefined ? await engineEnvironment() : releaseEnvironment();
  await mkdir(place.runFolder, { recursive: true });
  await mkdir(place.dataFolder, { recursive: true });
  const dockerd = root === undefined ? ['dockerd'] : inRelease(root, ['dockerd']);
  const configuration = await writeConfiguration(place, dockerd, environment);
  // They belong to a daemon that did not come to its end: the caller made sure that none runs.
  // dockerd itself would take a containerd that is dead, but not yet waited for by init, for a living one.
  const stale = [place.pidFile, place.socketPath, join(place.runFolder, 'exec/containerd/containerd.pid')];
  await Promise.all(stale.map((path) => rm(path, { force: true })));
  if (bridge) await addBridge(place.bridgeName);

  const log = openSync(place.logFile, 'a');
  // Detached: Ctrl-C on the terminal must not reach the daemon before the jobs.
  const [command = '', ...before] = dockerd;
  const child = spawn(
    command,
    [
      ...before,
      `--host=${place.host}`,
      `--pidfile=${place.pidFile}`,
      `--data-root=${join(place.dataFolder, 'data')}`,
      `--exec-root=${join(place.runFolder, 'exec')}`,
      `--config-file=${configuration}`,
      '--group=0',
      // cgroupfs works with and without systemd, and a cgroup of its own makes every process findable.
      '--exec-opt=native.cgroupdriver=cgroupfs',
      `--cgroup-parent=${place.cgroup}`,
      `--bridge=${bridge ? place.bridgeName : 'none'}`,
      '--iptables=false',
      '--ip6tables=false',
      '--ip-forward=false',
      '--ip-masq=false',
      ...dockerdArguments,
    ],
    { env: environment, detached: true, stdio: ['ignore', log, log] },
  );
  closeSync(log);
  child.unref();
  /** @type {string | undefined} */
  let ended;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= `it ended with ${signal ?? `exit code ${code}`}`));
  const answered = await waitUntil(
    async () => ended !== undefined || 'apiVersion' in (await pingEngine(place.host)),
    startLimitMs,
  );
  if (answered && ended === undefined) return;
  const reason = ended === undefined ? `no answer in ${startLimitMs / 1000} s` : await lastWords(place, ended);
  throw new Refusal(`the private engine did not start: ${reason} (its log: ${place.logFile})`);
}

/**
 * Ends dockerd gracefully: containers are stopped, mounts and sockets are gone afterwards.
 *
 * @param {EnginePlace} place
 */
export async function stopDaemon(place) {
  const pids = daemonPids(place);
  for (const pid of pids) killIfAlive(pid, 'SIGTERM');
  if (!(await waitUntil(() => pids.every(hasEnded), stopLimitMs))) await killDaemon(place);
}

/**
 * Kills dockerd, as a crash would: the containers and their shims stay. Its containerd dies with it;
 * that is waited for, so that the next daemon does not find one that is about to vanish.
 *
 * @param {EnginePlace} place
 */
export async function killDaemon(place) {
  const pids = daemonPids(place);
  const containerds = engineProcesses(place.runFolder, 'containerd');
  for (const pid of pids) killIfAlive(pid);
  const ended = await waitUntil(() => [...pids, ...containerds].every(hasEnded), 10_000);
  if (!ended) throw new Error(`dockerd of ${place.runFolder} cannot be killed`);
}

/** @param {EnginePlace} place */
export function daemonPids(place) {
  return engineProcesses(place.runFolder, 'dockerd');
}

/**
 * Removes whatever is left of an engine whose daemon has ended, its data included.
 *
 * @param {EnginePlace} place
 */
export async function eraseEngine(place) {
  for (const pid of daemonPids(place)) killIfAlive(pid);
  await removeLeftovers(place);
  await removeBridge(place.bridgeName);
  await rm(join(place.dataFolder, 'data'), { recursive: true, force: true });
  await rm(place.runFolder, { recursive: true, force: true });
}

/**
 * @param {EnginePlace} place
 * @param {string} ended
 */
async function lastWords(place, ended) {
  const log = await readFile(place.logFile, 'utf8').catch(() => '');
  const lines = log.trim().split('\n');
  return lines.findLast((line) => /level=fatal|failed to start daemon|error while loading/.test(line)) ?? ended;
}

/**
 * Without a file of its own, dockerd would read the system's /etc/docker/daemon.json. Docker 20.10 also
 * writes a key into /etc/docker unless the file names another place; later engines have no such key.
 *
 * @param {EnginePlace} place
 * @param {readonly string[]} dockerd
 * @param {NodeJS.ProcessEnv} environment
 * @returns {Promise<string>} its path
 */
async function writeConfiguration(place, [command = '', ...before], environment) {
  const { output } = await runCommand(command, [...before, '--version'], { env: environment });
  const settings = /version 20\./.test(output) ? { 'deprecated-key-path': join(place.dataFolder, 'key.json') } : {};
  const path = join(place.dataFolder, 'daemon.json');
  await writeFile(path, `${JSON.stringify(settings)}\n`);
  return path;
}

/** @param {string} name */
async function addBridge(name) {
  const busybox = await packagedBusybox();
  await removeBridge(name);
  await runOrThrow(busybox, ['ip', 'link', 'add', name, 'type', 'bridge']);
}

/** @param {string} name */
async function removeBridge(name) {
  const busybox = await packagedBusybox();
  if ((await runCommand(busybox, ['ip', 'link', 'show', name])).code === 0) {
    await runOrThrow(busybox, ['ip', 'link', 'delete', name]);
  }
}
