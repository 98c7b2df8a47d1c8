import { ByteSource } from './byte-source.js';
import { BLOCK_BYTES, decodeHeader, type TarHeader } from './tar-header.js';
import { TarError } from './tar-error.js';

export type TarEntryKind = 'file' | 'directory' | 'symlink' | 'hardlink' | 'other';

export interface TarEntry {
  readonly kind: TarEntryKind;
  /** As the archive has it: it may be anything, absolute or with `..`. */
  readonly name: string;
  /** Of a link: as the archive has it. */
  readonly linkName: string;
  readonly mode: number;
  readonly size: number;
  /** To be read before the next entry is asked for; what is left of it then is passed over. */
  readonly content: AsyncIterable<Buffer>;
}

export interface TarLimits {
  /** Default 1,000,000. */
  readonly entries?: number;
  /** Bytes of what extended headers say about one entry. Default 1 MiB. */
  readonly headerBytes?: number;
}

const KINDS: Readonly<Record<string, TarEntryKind>> = {
  '0': 'file',
  '1': 'hardlink',
  '2': 'symlink',
  '5': 'directory',
};

/**
 * The entries of an archive, as they come: nothing is kept, whatever its size. Reads ustar, pax and GNU's long names.
 * @throws {TarError} not an archive, cut off, or beyond a limit.
 */
export async function* readTar(
  chunks: AsyncIterable<Uint8Array>,
  { entries = 1_000_000, headerBytes = 1_048_576 }: TarLimits = {},
): AsyncGenerator<TarEntry, void, undefined> {
  const source = new ByteSource(chunks);
  try {
    for (let count = 0; ; count += 1) {
      const next = await nextHeader(source, headerBytes);
      if (!next) return;
      if (count >= entries) throw new TarError(`the archive has more than ${String(entries)} entries`);
      const body = new EntryBody(source, next.size);
      yield { ...next, kind: KINDS[next.type] ?? 'other', content: body };
      await body.skip();
    }
  } finally {
    await source.leave();
  }
}

/** The next header, with what the extended ones before it say about it. */
async function nextHeader(source: ByteSource, headerBytes: number): Promise<TarHeader | undefined> {
  let about: Partial<Record<'path' | 'linkpath' | 'size', string>> = {};
  for (let left = headerBytes; ;) {
    const block = await source.exactly(BLOCK_BYTES);
    if (!block) throw new TarError('the archive has no end');
    const header = decodeHeader(block);
    if (!header) {
      await source.drain();
      return undefined;
    }
    if (!'xgLK'.includes(header.type)) return { ...header, ...overridden(header, about) };
    left -= header.size;
    if (left < 0)
      throw new TarError(`what the archive says about one entry is longer than ${String(headerBytes)} bytes`);
    const text = await readText(source, header.size);
    if (header.type === 'x') about = { ...about, ...paxRecords(text) };
    if (header.type === 'L') about.path = cString(text);
    if (header.type === 'K') about.linkpath = cString(text);
  }
}

function overridden(
  header: TarHeader,
  { path, linkpath, size }: Partial<Record<'path' | 'linkpath' | 'size', string>>,
): Pick<TarHeader, 'name' | 'linkName' | 'size'> {
  if (size !== undefined && !/^\d{1,15}$/.test(size))
    throw new TarError('an extended header holds a size that is none');
  return {
    name: path ?? header.name,
    linkName: linkpath ?? header.linkName,
    size: size === undefined ? header.size : Number(size),
  };
}

async function readText(source: ByteSource, size: number): Promise<Buffer> {
  if (size === 0) return Buffer.alloc(0);
  const text = await source.exactly(size + padding(size));
  if (!text) throw new TarError('the archive ends in the middle of an entry');
  return text.subarray(0, size);
}

/** `LENGTH KEY=VALUE\n`, one after the other; the length counts itself. */
function paxRecords(text: Buffer): Record<string, string> {
  const records: Record<string, string> = {};
  for (let at = 0; at < text.length;) {
    const blank = text.indexOf(0x20, at);
    const digits = blank < 0 ? '' : text.toString('latin1', at, blank);
    const length = /^\d{1,8}$/.test(digits) ? Number(digits) : 0;
    const end = at + length;
    const equals = text.indexOf(0x3d, blank);
    if (end > text.length || text[end - 1] !== 0x0a || equals < 0 || equals >= end) {
      throw new TarError('an extended header is not one');
    }
    records[text.toString('utf8', blank + 1, equals)] = text.toString('utf8', equals + 1, end - 1);
    at = end;
  }
  return records;
}

function cString(text: Buffer): string {
  const end = text.indexOf(0);
  return text.toString('utf8', 0, end < 0 ? text.length : end);
}

function padding(size: number): number {
  return (BLOCK_BYTES - (size % BLOCK_BYTES)) % BLOCK_BYTES;
}

/** The content of the entry that is being read. */
class EntryBody implements AsyncIterable<Buffer> {
  readonly #source: ByteSource;
  #left: number;
  #padding: number;

  constructor(source: ByteSource, size: number) {
    this.#source = source;
    this.#left = size;
    this.#padding = padding(size);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Buffer, void, undefined> {
    while (this.#left > 0) yield await this.#take(this.#left, (taken) => (this.#left -= taken));
  }

  async skip(): Promise<void> {
    while (this.#left > 0) await this.#take(this.#left, (taken) => (this.#left -= taken));
    while (this.#padding > 0) await this.#take(this.#padding, (taken) => (this.#padding -= taken));
  }

  async #take(length: number, took: (bytes: number) => void): Promise<Buffer> {
    const piece = await this.#source.upTo(length);
    if (!piece) throw new TarError('the archive ends in the middle of an entry');
    took(piece.length);
    return piece;
  }
}
