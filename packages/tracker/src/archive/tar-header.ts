import { TarError } from './tar-error.js';

/** Everything in an archive lies in blocks of that many bytes. */
export const BLOCK_BYTES = 512;

/** One header block as it stands, without what extended headers before it say. @source POSIX.1-2001, pax; GNU tar manual */
export interface TarHeader {
  readonly name: string;
  readonly mode: number;
  /** Bytes of content that follow. */
  readonly size: number;
  /** Seconds since 1970. */
  readonly mtime: number;
  /** `0` file, `1` hard link, `2` symbolic link, `3` `4` devices, `5` directory, `6` FIFO, `x` `g` `L` `K` about the next. */
  readonly type: string;
  readonly linkName: string;
}

/** A header block; whoever unpacks it owns the files. @throws {TarError} a name or a size that needs an extended header. */
export function encodeHeader(header: TarHeader): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  writeText(block, header.name, 0, 100);
  writeOctal(block, header.mode & 0o7777, 100, 8);
  writeOctal(block, 0, 108, 8);
  writeOctal(block, 0, 116, 8);
  writeOctal(block, header.size, 124, 12);
  writeOctal(block, Math.max(0, Math.floor(header.mtime)), 136, 12);
  block.write(header.type, 156, 1, 'latin1');
  writeText(block, header.linkName, 157, 100);
  block.write('ustar\u000000', 257, 8, 'latin1');
  block.fill(0x20, 148, 156);
  block.write(`${checksum(block).toString(8).padStart(6, '0')}\0 `, 148, 8, 'latin1');
  return block;
}

/** Whether a header block holds that text. */
export function fits(text: string): boolean {
  return Buffer.byteLength(text) <= 100;
}

/** The largest size that a header block holds in octal digits. */
export const LARGEST_SIZE = 0o77777777777;

/** @returns `undefined` for the block of zeros that ends an archive. @throws {TarError} not a header. */
export function decodeHeader(block: Buffer): TarHeader | undefined {
  if (block.every((byte) => byte === 0)) return undefined;
  const given = readNumber(block, 148, 8);
  const copy = Buffer.from(block);
  copy.fill(0x20, 148, 156);
  if (given !== checksum(copy)) throw new TarError('a header does not have its own checksum');
  const isUstar = block.toString('latin1', 257, 263) === 'ustar\0';
  const prefix = isUstar ? readText(block, 345, 155) : '';
  const name = readText(block, 0, 100);
  const type = block.toString('latin1', 156, 157);
  return {
    name: prefix === '' ? name : `${prefix}/${name}`,
    mode: readNumber(block, 100, 8),
    size: readNumber(block, 124, 12),
    mtime: readNumber(block, 136, 12),
    type: type === '\0' || type === '7' ? '0' : type,
    linkName: readText(block, 157, 100),
  };
}

function checksum(block: Buffer): number {
  return block.reduce((sum, byte) => sum + byte, 0);
}

function writeText(block: Buffer, text: string, at: number, length: number): void {
  if (Buffer.byteLength(text) > length) throw new TarError(`a header cannot hold ${JSON.stringify(text)}`);
  block.write(text, at, length, 'utf8');
}

function writeOctal(block: Buffer, value: number, at: number, length: number): void {
  const digits = value.toString(8).padStart(length - 1, '0');
  if (digits.length >= length) throw new TarError(`a header cannot hold the number ${String(value)}`);
  block.write(`${digits}\0`, at, length, 'latin1');
}

function readText(block: Buffer, at: number, length: number): string {
  const field = block.subarray(at, at + length);
  const end = field.indexOf(0);
  return field.toString('utf8', 0, end < 0 ? length : end);
}

/** Octal digits, or as GNU writes large ones, base 256 behind a set bit. */
function readNumber(block: Buffer, at: number, length: number): number {
  const field = block.subarray(at, at + length);
  const value = (field[0]! & 0x80) === 0 ? readOctal(field) : readBase256(field);
  if (!Number.isSafeInteger(value) || value < 0) throw new TarError('a header holds a number that is none');
  return value;
}

function readOctal(field: Buffer): number {
  const digits = field.toString('latin1').replace(/[\0 ].*$/s, (rest) => (/^[\0 ]*$/.test(rest) ? '' : rest));
  const text = digits.trim();
  if (!/^[0-7]*$/.test(text)) throw new TarError('a header holds a number that is none');
  return text === '' ? 0 : Number.parseInt(text, 8);
}

function readBase256(field: Buffer): number {
  if (field[0] !== 0x80) throw new TarError('a header holds a number out of range');
  return field.subarray(1).reduce((value, byte) => value * 256 + byte, 0);
}
