import { execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readTar, type TarLimits } from './read-tar.js';
import { encodeHeader } from './tar-header.js';
import { writeTar, type TarInput } from './write-tar.js';

async function bytesOf(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const pieces: Uint8Array[] = [];
  for await (const chunk of chunks) pieces.push(chunk);
  return Buffer.concat(pieces);
}

async function* inPieces(archive: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < archive.length; at += bytes) yield archive.subarray(at, at + bytes);
}

function file(name: string, content: string | Buffer): TarInput {
  const bytes = Buffer.from(content);
  const source = async function* (): AsyncGenerator<Buffer> {
    yield bytes;
  };
  return { kind: 'file', name, mode: 0o640, mtime: 1_700_000_000.5, size: bytes.length, content: source };
}

async function entriesOf(archive: Buffer, pieceBytes: number, limits?: TarLimits): Promise<unknown[]> {
  const entries: unknown[] = [];
  for await (const { kind, name, linkName, mode, content } of readTar(inPieces(archive, pieceBytes), limits)) {
    entries.push([kind, name, linkName, mode, (await bytesOf(content)).toString()]);
  }
  return entries;
}

const LONG = `${'é'.repeat(90)}/${'x'.repeat(120)}`;
const INPUTS: readonly TarInput[] = [
  { kind: 'directory', name: 'd', mode: 0o755, mtime: 0 },
  file('d/a', 'hello'),
  file('d/empty', ''),
  file(LONG, 'x'.repeat(513)),
  { kind: 'symlink', name: 'd/l', linkName: LONG, mode: 0o777, mtime: 0 },
];
const EXPECTED = [
  ['directory', 'd/', '', 0o755, ''],
  ['file', 'd/a', '', 0o640, 'hello'],
  ['file', 'd/empty', '', 0o640, ''],
  ['file', LONG, '', 0o640, 'x'.repeat(513)],
  ['symlink', 'd/l', LONG, 0o777, ''],
];

describe('tar', () => {
  it('reads what it writes, however the bytes come', async () => {
    const archive = await bytesOf(writeTar(INPUTS));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 1500 }), async (pieceBytes) => {
        expect(await entriesOf(archive, pieceBytes)).toEqual(EXPECTED);
      }),
      { numRuns: 25 },
    );
  });

  it('writes what the system’s tar reads', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'tar-'));
    try {
      const archive = join(folder, 'archive.tar');
      await writeFile(archive, await bytesOf(writeTar(INPUTS)));
      const listed = execFileSync('tar', ['--quoting-style=literal', '-tf', archive], { encoding: 'utf8' });
      expect(listed.trim().split('\n')).toEqual(['d/', 'd/a', 'd/empty', LONG, 'd/l']);
      expect(execFileSync('tar', ['-xOf', archive, 'd/a'], { encoding: 'utf8' })).toBe('hello');
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it.each(['gnu', 'pax', 'ustar'])('reads what the system’s tar writes in its format %s', async (format) => {
    const folder = await mkdtemp(join(tmpdir(), 'tar-'));
    try {
      const name = format === 'ustar' ? `${'n'.repeat(60)}.txt` : 'n'.repeat(160);
      await writeFile(join(folder, name), 'content');
      const archive = execFileSync('tar', [`--format=${format}`, '-cf', '-', '-C', folder, name]);
      expect(await entriesOf(archive, 1000)).toMatchObject([['file', name, '', expect.any(Number), 'content']]);
    } finally {
      await rm(folder, { recursive: true });
    }
  });

  it('passes over content that nobody reads', async () => {
    const names: string[] = [];
    for await (const { name } of readTar(writeTar(INPUTS))) names.push(name);
    expect(names).toHaveLength(INPUTS.length);
  });

  it('refuses to write a file that became shorter', async () => {
    const shrunk = { ...file('a', 'abc'), size: 4 };
    await expect(bytesOf(writeTar([shrunk]))).rejects.toThrow(/a became shorter/);
  });

  const archive = (): Promise<Buffer> => bytesOf(writeTar([file('a', 'abc')]));
  it.each<[string, () => Promise<Buffer>, RegExp, TarLimits?]>([
    ['one that is cut off', async () => (await archive()).subarray(0, 514), /middle of an entry/],
    ['one without an end', async () => (await archive()).subarray(0, 1024), /no end/],
    [
      'a header with another checksum',
      async () => Buffer.from((await archive()).map((b, i) => (i === 3 ? 9 : b))),
      /checksum/,
    ],
    ['no archive at all', async () => Buffer.alloc(512, 'x'), /number that is none|checksum/],
    [
      'more entries than allowed',
      () => bytesOf(writeTar([file('a', ''), file('b', '')])),
      /more than 1 entries/,
      { entries: 1 },
    ],
    ['an endless name', async () => about('L', 2_000_000), /longer than 1048576 bytes/],
    ['a record that is none', async () => about('x', 5, 'path='), /extended header is not one/],
  ])('refuses %s', async (_what, make, message, limits) => {
    await expect(entriesOf(await make(), 512, limits)).rejects.toThrow(message);
  });
});

/** An extended header that claims so many bytes. */
function about(type: string, size: number, text = ''): Buffer {
  const header = encodeHeader({ name: 'x', linkName: '', mode: 0, mtime: 0, size, type });
  return Buffer.concat([header, Buffer.from(text.padEnd(512, '\0'))]);
}
