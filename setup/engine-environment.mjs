import { readdir } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { debianPackages } from './debian-packages.mjs';

/**
 * The environment in which dockerd finds containerd, runc, `ps` and its libraries: the fetched
 * packages first, then the system.
 *
 * @param {(line: string) => void} [say]
 * @returns {Promise<NodeJS.ProcessEnv>}
 */
export async function engineEnvironment(say) {
  const root = await debianPackages('engine', say);
  const binaries = ['usr/sbin', 'usr/bin', 'sbin', 'bin'].map((folder) => join(root, folder));
  return {
    ...inheritedEnvironment(),
    // A shell that became root by `su` may lack the folders of system commands.
    PATH: [...binaries, process.env['PATH'], '/usr/sbin', '/usr/bin', '/sbin', '/bin'].filter(Boolean).join(':'),
    LD_LIBRARY_PATH: (await libraryFolders(root)).join(':'),
  };
}

/**
 * The environment of a daemon of another Debian release, whose programs and libraries lie where every system has them.
 *
 * @returns {NodeJS.ProcessEnv}
 */
export function releaseEnvironment() {
  return { ...inheritedEnvironment(), PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
}

/** Settings for a client, or for a system service, are not meant for this daemon. */
function inheritedEnvironment() {
  return Object.fromEntries(
    Object.entries(process.env).filter(([key]) => !/^(DOCKER_|NOTIFY_SOCKET$|LISTEN_|LD_LIBRARY_PATH$)/.test(key)),
  );
}

/**
 * The statically linked busybox of this Debian.
 *
 * @param {(line: string) => void} [say]
 */
export async function packagedBusybox(say) {
  const root = await debianPackages('busybox', say);
  // Debian 13 has no /bin of its own any more.
  return ['bin/busybox', 'usr/bin/busybox'].map((path) => join(root, path)).find(existsSync) ?? 'busybox';
}

/** @param {string} root */
async function libraryFolders(root) {
  const folders = [];
  for (const parent of ['usr/lib', 'lib']) {
    const names = await readdir(join(root, parent)).catch(() => []);
    folders.push(...names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(root, parent, name)));
  }
  return folders;
}
