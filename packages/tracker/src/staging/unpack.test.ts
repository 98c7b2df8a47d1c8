import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { encodeHeader } from '../archive/tar-header.js';
import { TarError } from '../archive/tar-error.js';
import { unpack } from './unpack.js';

interface Entry {
  readonly name: string;
  readonly type?: string;
  readonly linkName?: string;
  readonly content?: string;
  readonly mode?: number;
}

/** An archive by hand: it says whatever it is told to. */
async function* tar(...entries: readonly Entry[]): AsyncGenerator<Buffer> {
  for (const { name, type = '0', linkName = '', content = '', mode = 0o644 } of entries) {
    const body = Buffer.from(content);
    yield encodeHeader({ name, linkName, mode, mtime: 0, size: body.length, type });
    yield Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
  }
  yield Buffer.alloc(1024);
}

/** A folder with a file beside the target, which no archive may touch. */
async function inFolder(work: (target: string, outside: string) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'unpack-'));
  try {
    const outside = join(folder, 'outside');
    await writeFile(outside, 'safe');
    await mkdir(join(folder, 'outside.d'));
    await work(join(folder, 'target'), outside);
    expect(await readFile(outside, 'utf8')).toBe('safe');
    expect(await readdir(join(folder, 'outside.d'))).toEqual([]);
    expect((await readdir(folder)).filter((name) => name !== 'target').sort()).toEqual(['outside', 'outside.d']);
  } finally {
    await rm(folder, { recursive: true });
  }
}

const FOLDER: Entry = { name: 'r/', type: '5', mode: 0o755 };

describe('unpack', () => {
  it('writes one file to the target itself', () =>
    inFolder(async (target) => {
      await unpack(tar({ name: 'result.txt', content: 'ok', mode: 0o6755 }), target);
      expect(await readFile(target, 'utf8')).toBe('ok');
      expect((await lstat(target)).mode & 0o7000).toBe(0);
    }));

  it('writes a folder with all that is in it, over what is there', () =>
    inFolder(async (target) => {
      await mkdir(target);
      await writeFile(join(target, 'old'), 'old');
      await writeFile(join(target, 'f'), 'stale');
      const entries = [
        FOLDER,
        { name: 'r/f', content: 'new' },
        { name: 'r/sub/deep/g', content: 'g' },
        { name: 'r/sub/up', type: '2', linkName: '../f' },
        { name: 'r/same', type: '1', linkName: 'r/f' },
      ];
      await unpack(tar(...entries), target);
      expect((await readdir(target)).sort()).toEqual(['f', 'old', 'same', 'sub']);
      expect(await readFile(join(target, 'sub', 'up'), 'utf8')).toBe('new');
      expect(await readFile(join(target, 'same'), 'utf8')).toBe('new');
      expect(await readFile(join(target, 'sub/deep/g'), 'utf8')).toBe('g');
    }));

  it('replaces a link at the target, and does not follow it', () =>
    inFolder(async (target, outside) => {
      await symlink(outside, target);
      await unpack(tar({ name: 'f', content: 'new' }), target);
      expect((await lstat(target)).isFile()).toBe(true);
    }));

  it.each<[string, readonly Entry[]]>([
    ['an absolute name', [{ name: '/etc/outside', content: 'x' }]],
    ['a name with .. at its beginning', [{ name: '../outside', content: 'x' }]],
    ['a name with .. behind its root', [FOLDER, { name: 'r/../outside', content: 'x' }]],
    ['a name with .. further down', [FOLDER, { name: 'r/a/../../../outside', content: 'x' }]],
    ['a name with .. that would come back', [FOLDER, { name: 'r/../r/f', content: 'x' }]],
    ['a folder named ..', [{ name: '..', type: '5' }]],
    ['a name of nothing', [{ name: './', type: '5' }]],
    ['a link to an absolute path', [FOLDER, { name: 'r/l', type: '2', linkName: '/etc/passwd' }]],
    ['a link out of the target', [FOLDER, { name: 'r/l', type: '2', linkName: '../outside' }]],
    ['a link out of the target from below', [FOLDER, { name: 'r/a/l', type: '2', linkName: '../../outside' }]],
    ['a link that goes in, and then out', [FOLDER, { name: 'r/l', type: '2', linkName: 'a/../../outside' }]],
    ['a link to nothing', [FOLDER, { name: 'r/l', type: '2', linkName: '' }]],
    ['the target itself as a link', [{ name: 'r', type: '2', linkName: 'outside' }]],
    ['a hard link to a file outside', [FOLDER, { name: 'r/l', type: '1', linkName: '../outside' }]],
    ['a hard link to an absolute path', [FOLDER, { name: 'r/l', type: '1', linkName: '/etc/passwd' }]],
    ['a hard link to what is not in the archive', [FOLDER, { name: 'r/l', type: '1', linkName: 'r/f' }]],
    [
      'a hard link to a link',
      [FOLDER, { name: 'r/s', type: '2', linkName: 'f' }, { name: 'r/l', type: '1', linkName: 'r/s' }],
    ],
    ['a character device', [FOLDER, { name: 'r/null', type: '3' }]],
    ['a block device', [FOLDER, { name: 'r/disk', type: '4' }]],
    ['a FIFO', [FOLDER, { name: 'r/pipe', type: '6' }]],
    ['a kind that nobody knows', [FOLDER, { name: 'r/what', type: 'S' }]],
    ['a file where it has a folder', [FOLDER, { name: 'r/f/g', content: 'x' }, { name: 'r/f', content: 'x' }]],
    ['a file below a file', [FOLDER, { name: 'r/f', content: 'x' }, { name: 'r/f/g', content: 'x' }]],
    ['nothing', []],
  ])('refuses an archive with %s, and writes nothing outside', (_what, entries) =>
    inFolder(async (target) => {
      await expect(unpack(tar(...entries), target)).rejects.toThrow(TarError);
    }),
  );

  it('writes through no link that the archive has made, whatever their order', () =>
    inFolder(async (target) => {
      const link = { name: 'r/d', type: '2', linkName: 'e' };
      const below = { name: 'r/d/f', content: 'x' };
      // Links come last: the folder is there by then, and is not replaced.
      await expect(unpack(tar(FOLDER, link, below), target)).rejects.toThrow(/is there and a folder/);
      await rm(target, { recursive: true });
      await expect(unpack(tar(FOLDER, below, link), target)).rejects.toThrow(/is there and a folder/);
    }));

  it('writes through no link that lay in the target before', () =>
    inFolder(async (target, outside) => {
      await mkdir(target);
      await symlink(`${outside}.d`, join(target, 'd'));
      await symlink(outside, join(target, 'f'));
      await expect(unpack(tar(FOLDER, { name: 'r/d/g', content: 'x' }), target)).rejects.toThrow(/no folder/);
      await unpack(tar(FOLDER, { name: 'r/f', content: 'mine' }), target);
      expect(await readFile(join(target, 'f'), 'utf8')).toBe('mine');
      expect(await readlink(join(target, 'd'))).toBe(`${outside}.d`);
    }));

  it('leaves no half-written file behind an archive that is cut off', () =>
    inFolder(async (target) => {
      const cut = async function* (): AsyncGenerator<Buffer> {
        yield encodeHeader({ name: 'f', linkName: '', mode: 0o644, mtime: 0, size: 1000, type: '0' });
        yield Buffer.alloc(512);
      };
      await expect(unpack(cut(), target)).rejects.toThrow(/middle of an entry/);
      await expect(lstat(target)).rejects.toThrow(/ENOENT/);
    }));
});
