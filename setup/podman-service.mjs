import { spawn } from 'node:child_process';
import { closeSync, existsSync, openSync } from 'node:fs';
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { debianRelease, inRelease } from './debian-release.mjs';
import { eraseEngine } from './engine-daemon.mjs';
import { releaseEnvironment } from './engine-environment.mjs';
import { pingEngine, removeContainers } from './engine-http.mjs';
import { enginePlace } from './engine-place.mjs';
import { removeCgroups, waitUntil } from './leftovers.mjs';
import { takeLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';

/** Of podman's containers, whatever its configuration says. */
const cgroup = '/libpod_parent';

/**
 * Starts podman's service, which speaks Docker's API, out of a Debian release: nothing is installed, and nothing of a podman of this
 * machine is seen or changed.
 *
 * @param {{ name: string, release: import('./debian-release.mjs').DebianRelease, say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<{ host: string, release: () => Promise<void> }>}
 */
export async function startPodmanService({ name, release, say, signal }) {
  const root = await debianRelease(release, say);
  const place = enginePlace(name);
  const unlock = await takeLock(place.lockName, { what: `engine ${name}`, signal });
  const present = await outside();
  const end = async () => {
    await removeContainers(place.host);
    await eraseEngine(place);
    await removeMade(present);
    await unlock();
  };
  try {
    await eraseEngine(place);
    await startService(place, root);
  } catch (error) {
    await end();
    throw error;
  }
  return { host: place.host, release: end };
}

/**
 * @param {import('./engine-place.mjs').EnginePlace} place
 * @param {string} root
 */
async function startService(place, root) {
  const environment = await writeConfiguration(place);
  await mkdir(place.runFolder, { recursive: true });
  await rm(place.logFile, { force: true });
  const log = openSync(place.logFile, 'a');
  const [command, ...before] = inRelease(root, ['podman']);
  const child = spawn(command, [...before, 'system', 'service', '--time=0', place.host], {
    env: environment,
    detached: true,
    stdio: ['ignore', log, log],
  });
  closeSync(log);
  child.unref();
  let ended = false;
  child.once('error', () => (ended = true));
  child.once('exit', () => (ended = true));
  const answered = await waitUntil(async () => ended || 'apiVersion' in (await pingEngine(place.host)), 60_000);
  if (!answered || ended) throw new Refusal(`podman's service did not start (its log: ${place.logFile})`);
}

/** What podman makes outside the folders that it is given: lists of networks and blobs, and a cgroup in each hierarchy. */
async function outside() {
  const hierarchies = await readdir('/sys/fs/cgroup').catch(() => []);
  const cgroups = ['', ...hierarchies].map((name) => join('/sys/fs/cgroup', name, cgroup));
  return ['/run/containers', '/var/lib/containers', ...cgroups].filter(existsSync);
}

/** @param {readonly string[]} present before the service was started: another podman of this machine is at home there */
async function removeMade(present) {
  const made = (await outside()).filter((path) => !present.includes(path));
  if (!present.some((path) => path.endsWith(cgroup))) await removeCgroups(cgroup);
  for (const path of made) if (!path.endsWith(cgroup)) await rm(path, { recursive: true, force: true });
}

/**
 * Podman reads what it needs to know from files, in the owner's home before the system's.
 *
 * @param {import('./engine-place.mjs').EnginePlace} place
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
async function writeConfiguration({ dataFolder, runFolder }) {
  const home = join(dataFolder, 'home');
  const [storage, containers, registries] = ['storage.conf', 'containers.conf', 'registries.conf'].map((file) =>
    join(home, file),
  );
  const files = {
    [join(home, '.config/containers/policy.json')]: '{"default":[{"type":"insecureAcceptAnything"}]}\n',
    [`${storage}`]: `[storage]
driver = "overlay"
graphroot = "${join(dataFolder, 'data')}"
runroot = "${join(runFolder, 'exec')}"
`,
    [`${containers}`]: `[containers]
log_driver = "k8s-file"
[engine]
cgroup_manager = "cgroupfs"
events_logger = "file"
runtime = "runc"
lock_type = "file"
tmp_dir = "${join(runFolder, 'libpod')}"
compat_api_enforce_docker_hub = false
`,
    [`${registries}`]: 'unqualified-search-registries = []\n',
  };
  await mkdir(join(home, '.config/containers'), { recursive: true });
  for (const [path, content] of Object.entries(files)) await writeFile(path, content);
  return {
    ...releaseEnvironment(),
    HOME: home,
    CONTAINERS_STORAGE_CONF: storage,
    CONTAINERS_CONF: containers,
    CONTAINERS_REGISTRIES_CONF: registries,
  };
}
