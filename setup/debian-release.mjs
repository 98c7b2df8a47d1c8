import { existsSync, lstatSync } from 'node:fs';
import { cp, mkdir, readdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { debianSupport, privateAptConfiguration } from './debian-packages.mjs';
import { takeLock } from './lock.mjs';
import { Refusal } from './refusal.mjs';
import { runCommand, runOrThrow } from './run-command.mjs';

const keyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** Raised when the folder's contents must be fetched anew although the packages have not changed. */
const layout = 1;

/**
 * Programs of another Debian release, with all that they depend on, down to the C library.
 *
 * @typedef {object} DebianRelease
 * @property {string} suite such as `trixie`
 * @property {readonly string[]} packages
 */

/**
 * Fetches packages of a Debian release with their dependencies and unpacks them into a folder of this checkout, laid out like `/`.
 * Nothing is installed and none of their scripts run.
 *
 * @param {DebianRelease} release
 * @param {(line: string) => void} [say]
 * @returns {Promise<string>} the folder
 */
export async function debianRelease({ suite, packages }, say = () => {}) {
  const folder = join(privateFolder, 'releases', [suite, ...packages].join('-'));
  const stamp = `${JSON.stringify({ layout, suite, packages, arch: process.arch })}\n`;
  const isThere = async () => (await readFile(join(folder, '.stamp'), 'utf8').catch(() => '')) === stamp;
  if (await isThere()) return folder;
  const missing = releaseSupport();
  if (missing !== null) throw new Refusal(missing);
  const release = await takeLock('packages', { what: 'download Debian packages' });
  try {
    if (await isThere()) return folder;
    say(`downloading ${packages.join(', ')} of Debian ${suite} into ${privateFolder}`);
    const work = `${folder}.new`;
    await rm(work, { recursive: true, force: true });
    try {
      await fetchInto(work, suite, packages);
      await writeFile(join(work, 'root', '.stamp'), stamp);
      await rm(folder, { recursive: true, force: true });
      await rename(join(work, 'root'), folder);
    } finally {
      await rm(work, { recursive: true, force: true });
    }
    return folder;
  } finally {
    await release();
  }
}

/**
 * The command line that runs a command of a release: its `/usr` lies over the system's, in a mount namespace of the command's own,
 * which ends with its last process. All else, `/etc`, `/tmp` and the checkout, is as everybody sees it.
 *
 * @param {string} root as {@link debianRelease} gave it
 * @param {readonly string[]} commandLine
 * @returns {[string, ...string[]]}
 */
export function inRelease(root, commandLine) {
  // The shell is the system's and stays as it is; what it executes is the release's.
  const script = 'mount --bind "$0" /usr && exec "$@"';
  return ['unshare', '--mount', '--propagation', 'private', '/bin/sh', '-c', script, join(root, 'usr'), ...commandLine];
}

/** Why no other release can be run on this machine, in one line, or null if one can. */
export function releaseSupport() {
  const debian = debianSupport();
  if (debian !== null) return debian;
  if (!existsSync(keyring))
    return `no ${keyring} here: install debian-archive-keyring, so that packages can be checked`;
  // Elsewhere programs would still find the system's libraries.
  if (!['/bin', '/sbin', '/lib'].every((path) => lstatSync(path).isSymbolicLink())) {
    return 'this system keeps /lib outside /usr: a Debian or Ubuntu with a merged /usr is needed';
  }
  return null;
}

/**
 * @param {string} work
 * @param {string} suite
 * @param {readonly string[]} packages
 */
async function fetchInto(work, suite, packages) {
  const [root, sources, none] = [join(work, 'root'), join(work, 'sources.list'), join(work, 'none')];
  await Promise.all([root, none].map((path) => mkdir(path, { recursive: true })));
  await writeFile(sources, `deb [signed-by=${keyring}] http://deb.debian.org/debian ${suite} main\n`);
  const configuration = await privateAptConfiguration(
    work,
    `Dir::Etc::sourcelist "${sources}";\nDir::Etc::sourceparts "${none}";\nDir::Etc::preferencesparts "${none}";\n`,
  );
  const apt = ['-c', configuration, '-qq', '-y', '--no-install-recommends', '--download-only'];
  for (const command of [['update'], ['install', 'base-files', ...packages]]) {
    const { code, output } = await runCommand('apt-get', [...apt, ...command]);
    if (code === 0) continue;
    const reason = output.split('\n').find((line) => /^[EW]:/.test(line)) ?? output;
    throw new Refusal(
      `apt-get cannot fetch ${packages.join(', ')} of Debian ${suite} (${reason.trim()}): check the network`,
    );
  }
  const archives = join(work, 'cache', 'archives');
  const names = (await readdir(archives)).filter((name) => name.endsWith('.deb'));
  for (const name of names) await runOrThrow('dpkg-deb', ['-x', join(archives, name), root]);
  await mergeUsr(root);
}

/**
 * Older packages bring files below `/lib` and `/bin`, which an installation keeps in `/usr`.
 *
 * @param {string} root
 */
async function mergeUsr(root) {
  for (const name of ['bin', 'sbin', 'lib', 'lib64']) {
    const folder = join(root, name);
    if (!existsSync(folder) || lstatSync(folder).isSymbolicLink()) continue;
    await cp(folder, join(root, 'usr', name), { recursive: true, verbatimSymlinks: true });
    await rm(folder, { recursive: true });
    await symlink(join('usr', name), folder);
  }
}
