import { BLOCK_BYTES, encodeHeader, fits, LARGEST_SIZE, type TarHeader } from './tar-header.js';
import { TarError } from './tar-error.js';

export interface TarInput {
  readonly kind: 'file' | 'directory' | 'symlink';
  /** Relative, in parts separated by `/`. */
  readonly name: string;
  /** Of a symbolic link. */
  readonly linkName?: string;
  readonly mode: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** Of a file; its content has exactly so many bytes. */
  readonly size?: number;
  readonly content?: () => AsyncIterable<Uint8Array>;
}

const TYPES = { file: '0', directory: '5', symlink: '2' } as const;

/**
 * An archive of these entries, in pieces, as fast as it is taken. Everything belongs to root, as `docker cp` has it.
 * @throws {TarError} a file that became shorter while it was read.
 */
export async function* writeTar(
  entries: AsyncIterable<TarInput> | Iterable<TarInput>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const entry of entries) {
    const { kind, linkName = '', mode, mtime } = entry;
    const size = kind === 'file' ? (entry.size ?? 0) : 0;
    const name = kind === 'directory' ? `${entry.name}/` : entry.name;
    yield* headers({ name, linkName, mode, mtime, size, type: TYPES[kind] });
    if (size === 0) continue;
    yield* exactly(entry.content?.() ?? [], size, name);
    yield Buffer.alloc((BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield Buffer.alloc(2 * BLOCK_BYTES);
}

/** What a header block cannot hold goes into an extended header before it. */
function* headers(header: TarHeader): Generator<Buffer> {
  const records: [string, string][] = [];
  const short = { ...header };
  if (!fits(header.name)) {
    records.push(['path', header.name]);
    short.name = cut(header.name);
  }
  if (!fits(header.linkName)) {
    records.push(['linkpath', header.linkName]);
    short.linkName = cut(header.linkName);
  }
  if (header.size > LARGEST_SIZE) {
    records.push(['size', String(header.size)]);
    short.size = 0;
  }
  if (records.length > 0) {
    const text = Buffer.concat(records.map(([key, value]) => paxRecord(key, value)));
    const about = { name: 'pax', linkName: '', mode: 0o644, mtime: 0, size: text.length, type: 'x' };
    yield encodeHeader(about);
    yield text;
    yield Buffer.alloc((BLOCK_BYTES - (text.length % BLOCK_BYTES)) % BLOCK_BYTES);
  }
  yield encodeHeader(short);
}

async function* exactly(
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  size: number,
  name: string,
): AsyncGenerator<Uint8Array> {
  let left = size;
  for await (const piece of content) {
    // What a file gained since it was measured is not part of this archive.
    const taken = piece.subarray(0, left);
    left -= taken.length;
    if (taken.length > 0) yield taken;
    if (left === 0) return;
  }
  throw new TarError(`${name} became shorter while it was read: ${String(left)} of ${String(size)} bytes are missing`);
}

/** The length at its beginning counts its own digits. */
function paxRecord(key: string, value: string): Buffer {
  const rest = Buffer.from(` ${key}=${value}\n`);
  let length = rest.length;
  while (String(length).length + rest.length !== length) length = String(length).length + rest.length;
  return Buffer.concat([Buffer.from(String(length)), rest]);
}

/** Readers of extended headers do not look at it; it must only fit. */
function cut(text: string): string {
  return Buffer.from(text)
    .subarray(0, 96)
    .toString('latin1')
    .replace(/[^ -~]/g, '_');
}
