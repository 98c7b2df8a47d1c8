import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { takeLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';
import { runCommand, runOrThrow } from './run-command.mjs';

/**
 * What is fetched, each with its names in different releases, the newest first. Libraries that apt,
 * dpkg or util-linux need themselves are on every system and not listed.
 *
 * @type {Record<string, readonly (readonly string[])[]>}
 */
const packageSets = {
  engine: [
    ['docker.io'],
    ['containerd'],
    ['runc'],
    ['tini'],
    ['procps'],
    ['libdevmapper1.02.1'],
    ['libseccomp2'],
    ['libproc2-0', 'libprocps8'],
  ],
  busybox: [['busybox-static']],
  registry: [['docker-registry']],
  chromium: [['chromium-headless-shell', 'chromium'], ['fonts-inter'], ['fonts-dejavu-core']],
};

/** Sets that need libraries which a system may lack: what the system does not have is fetched with them. */
const withDependencies = new Set(['chromium']);

/** Raised when the folder's contents must be fetched anew although the system has not changed. */
const layout = 1;

/**
 * Fetches Debian packages and unpacks them into a folder of this checkout. Nothing is installed: on an
 * ordinary Debian that would start a system daemon and wait for dpkg's lock.
 *
 * @param {'engine' | 'busybox' | 'registry' | 'chromium'} setName
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the folder, laid out like `/`
 */
export async function debianPackages(setName, say = () => {}) {
  const folder = join(privateFolder, 'packages', setName);
  const stamp = await wantedStamp(setName);
  if (await isUnpacked(folder, stamp)) return folder;
  const release = await takeLock('packages', { what: 'download Debian packages' });
  try {
    if (await isUnpacked(folder, stamp)) return folder;
    say(`downloading Debian packages (${setName}) into ${privateFolder}`);
    await unpackInto(folder, setName, stamp);
    return folder;
  } finally {
    await release();
  }
}

/** Why packages cannot be fetched here, or null. */
export function debianSupport() {
  if (existsSync('/usr/bin/apt-get') && existsSync('/usr/bin/dpkg-deb')) return null;
  return 'no apt-get and dpkg-deb here (not Debian or Ubuntu)';
}

/**
 * @param {string} folder
 * @param {string} stamp
 */
async function isUnpacked(folder, stamp) {
  return (await readFile(join(folder, '.stamp'), 'utf8').catch(() => '')) === stamp;
}

/** @param {string} setName */
async function wantedStamp(setName) {
  // Packages of one release do not run on another: a checkout may be seen by several systems.
  const system = await readFile('/etc/os-release', 'utf8').catch(() => '');
  const release = /^VERSION_CODENAME=(.*)$/m.exec(system)?.[1] ?? /^VERSION_ID=(.*)$/m.exec(system)?.[1];
  return `${JSON.stringify({ layout, release, arch: process.arch, packages: packageSets[setName] })}\n`;
}

/**
 * @param {string} folder
 * @param {string} setName
 * @param {string} stamp
 */
async function unpackInto(folder, setName, stamp) {
  const missing = debianSupport();
  if (missing !== null) throw new Refusal(`${missing}: start a Docker Engine yourself and set DOCKER_HOST`);
  const work = join(privateFolder, 'packages', `.${setName}-new`);
  await rm(work, { recursive: true, force: true });
  try {
    const root = await unpackedRoot(work, setName, stamp);
    await rm(folder, { recursive: true, force: true });
    await rename(root, folder);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} work
 * @param {string} setName
 * @param {string} stamp
 * @returns {Promise<string>}
 */
async function unpackedRoot(work, setName, stamp) {
  const [archives, root] = [join(work, 'archives'), join(work, 'root')];
  await Promise.all([archives, root].map((path) => mkdir(path, { recursive: true })));
  const configuration = await privateAptConfiguration(
    work,
    // What the system has installed counts then.
    withDependencies.has(setName) ? 'Dir::State::status "/var/lib/dpkg/status";\n' : '',
  );

  // Its exit code does not count: one dead third-party source must not be in the way.
  const update = await runCommand('apt-get', ['-c', configuration, '-qq', 'update']);
  for (const alternatives of packageSets[setName] ?? []) {
    const name = await download(alternatives, configuration, archives, update.output);
    if (!withDependencies.has(setName)) continue;
    for (const dependency of await missingDependencies(name, configuration)) {
      await download([dependency], configuration, archives, update.output);
    }
  }
  for (const archive of await readdir(archives)) {
    await runOrThrow('dpkg-deb', ['-x', join(archives, archive), root]);
  }
  await writeFile(join(root, '.stamp'), stamp);
  return root;
}

/**
 * @param {readonly string[]} alternatives
 * @param {string} configuration
 * @param {string} archives
 * @param {string} updateOutput
 * @returns {Promise<string>} the one that was there
 */
async function download(alternatives, configuration, archives, updateOutput) {
  let output = '';
  for (const name of alternatives) {
    const result = await runCommand('apt-get', ['-c', configuration, '-qq', 'download', name], { cwd: archives });
    if (result.code === 0) return name;
    output = result.output;
  }
  const reason = [...updateOutput.split('\n'), ...output.split('\n')].find((line) => /^[EW]:/.test(line)) ?? output;
  throw new Refusal(
    `apt-get cannot download ${alternatives.join(' or ')} (${reason.trim()}): ` +
      'check the network and /etc/apt/sources.list, or start a Docker Engine yourself and set DOCKER_HOST',
  );
}

/**
 * What apt would install beside a package on this system. Asked by a simulation, which takes no lock.
 *
 * @param {string} name
 * @param {string} configuration
 * @returns {Promise<string[]>}
 */
async function missingDependencies(name, configuration) {
  const simulated = await runCommand('apt-get', [
    '-c',
    configuration,
    '-s',
    'install',
    '--no-install-recommends',
    name,
  ]);
  if (simulated.code !== 0) throw new Refusal(`apt-get cannot resolve what ${name} depends on: ${simulated.output}`);
  const names = [...simulated.stdout.toString().matchAll(/^Inst (\S+)/gm)].map(([, dependency]) => dependency ?? '');
  return names.filter((dependency) => dependency !== name);
}

/**
 * Own lists and cache, hence no lock that apt or dpkg may hold, and none of the system's hooks. As far as apt knows nothing is
 * installed.
 *
 * @param {string} work
 * @param {string} [settings] more of them, in apt's words
 * @returns {Promise<string>} its path
 */
export async function privateAptConfiguration(work, settings = '') {
  const [state, cache, status] = [join(work, 'state'), join(work, 'cache'), join(work, 'status')];
  await mkdir(join(state, 'lists', 'partial'), { recursive: true });
  await mkdir(join(cache, 'archives', 'partial'), { recursive: true });
  await writeFile(status, '');
  const path = join(work, 'apt.conf');
  await writeFile(
    path,
    `#clear APT::Update::Pre-Invoke;
#clear APT::Update::Post-Invoke;
#clear APT::Update::Post-Invoke-Success;
Dir::State "${state}";
Dir::State::status "${status}";
Dir::Cache "${cache}";
// The user _apt may be unable to reach a checkout below somebody's home.
APT::Sandbox::User "root";
Acquire::Languages "none";
Acquire::Retries "2";
Acquire::http::Timeout "20";
Acquire::https::Timeout "20";
${settings}`,
  );
  return path;
}
