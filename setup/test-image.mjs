import { createHash } from 'node:crypto';
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { packagedBusybox } from './engine-environment.mjs';
import { callEngine, engineVersion } from './engine-http.mjs';
import { Refusal } from './refusal.mjs';
import { runOrThrow } from './run-command.mjs';

/** Our own name: the user's `busybox:latest` is neither used nor changed. */
export const testImage = 'docker-tracker/busybox:test';

const commentStart = 'docker-tracker test image ';
const byHand = `docker pull busybox && docker tag busybox ${testImage}`;

/**
 * Makes sure that the engine has the test image: busybox with all its commands, /etc/passwd with root
 * and nobody, `sh` as its command. No registry is asked.
 *
 * @param {string} host as in DOCKER_HOST
 * @param {(line: string) => void} [say]
 * @returns {Promise<'present' | 'imported'>}
 */
export async function ensureTestImage(host, say) {
  const present = await imageComment(host);
  // Somebody's own image under this name is taken as it is.
  if (present !== undefined && !present.startsWith(commentStart)) return 'present';
  const busybox = await busyboxFor(host, present !== undefined, say);
  if (busybox === undefined) return 'present';
  const comment = commentStart + (await contentVersion(busybox));
  if (present === comment) return 'present';
  await importImage(host, await imageArchive(busybox), comment);
  return 'imported';
}

/**
 * @param {string} host
 * @returns {Promise<string | undefined>}
 */
async function imageComment(host) {
  const { status, body } = await callEngine(host, 'GET', `/images/${testImage}/json`);
  return status === 200 ? (JSON.parse(body).Comment ?? '') : undefined;
}

/**
 * @param {string} host
 * @param {boolean} present an image that is there is good enough where busybox cannot be had
 * @param {((line: string) => void) | undefined} say
 */
async function busyboxFor(host, present, say) {
  const { arch } = await engineVersion(host);
  const ours = { x64: 'amd64', arm64: 'arm64', arm: 'arm', ia32: '386' }[/** @type {string} */ (process.arch)];
  try {
    if (arch !== ours) throw new Refusal(`the engine runs ${arch} and this machine ${ours ?? process.arch}`);
    return await packagedBusybox(say);
  } catch (error) {
    if (present) return undefined;
    if (!(error instanceof Refusal)) throw error;
    throw new Refusal(`no image ${testImage} on ${host}: run \`${byHand}\` (${error.message})`);
  }
}

/** @param {string} busybox */
async function contentVersion(busybox) {
  const recipe = await readFile(new URL(import.meta.url));
  return createHash('sha256')
    .update(recipe)
    .update(await readFile(busybox))
    .digest('hex')
    .slice(0, 12);
}

/**
 * @param {string} busybox
 * @returns {Promise<Buffer>} a tar of the image's files
 */
async function imageArchive(busybox) {
  await mkdir(privateFolder, { recursive: true });
  const root = await mkdtemp(join(privateFolder, 'test-image-'));
  try {
    for (const folder of [
      'bin',
      'dev',
      'etc',
      'home',
      'proc',
      'root',
      'run',
      'sys',
      'tmp',
      'usr/bin',
      'usr/sbin',
      'var',
    ]) {
      await mkdir(join(root, folder), { recursive: true });
    }
    await copyFile(busybox, join(root, 'bin/busybox'));
    await chmod(join(root, 'bin/busybox'), 0o755);
    await chmod(join(root, 'tmp'), 0o1777);
    const { stdout } = await runOrThrow(busybox, ['--list']);
    for (const command of stdout.toString().split('\n').filter(Boolean)) {
      if (command !== 'busybox') await symlink('busybox', join(root, 'bin', command));
    }
    await writeFile(
      join(root, 'etc/passwd'),
      'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/home:/bin/false\n',
    );
    await writeFile(join(root, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
    const tar = [
      '--create',
      '--directory',
      root,
      '--owner=0',
      '--group=0',
      '--numeric-owner',
      '--mtime=@0',
      '--sort=name',
    ];
    return (await runOrThrow('tar', [...tar, '.'])).stdout;
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}

/**
 * @param {string} host
 * @param {Buffer} archive
 * @param {string} comment
 */
async function importImage(host, archive, comment) {
  const [repo = '', tag = ''] = testImage.split(':');
  const query = new URLSearchParams({ fromSrc: '-', repo, tag, message: comment, changes: 'CMD ["sh"]' });
  const { status, body } = await callEngine(host, 'POST', `/images/create?${query}`, {
    body: archive,
    contentType: 'application/x-tar',
  });
  // A failure after the first byte is told in the body, with status 200.
  if (status !== 200 || body.includes('"error"')) {
    throw new Error(`${host} refused the import of ${testImage}: ${status} ${body.trim()}`);
  }
}
