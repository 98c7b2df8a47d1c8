import { TarError } from './tar-error.js';

/** Chunks of any size, taken in pieces of the wanted size. Holds no more than what is asked for, and one chunk. */
export class ByteSource {
  readonly #chunks: AsyncIterator<Uint8Array>;
  #rest: Buffer = Buffer.alloc(0);

  constructor(chunks: AsyncIterable<Uint8Array>) {
    this.#chunks = chunks[Symbol.asyncIterator]();
  }

  /** Exactly so many bytes; `undefined` where the source had ended before the first of them. */
  async exactly(length: number): Promise<Buffer | undefined> {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0;) {
      const piece = await this.upTo(left);
      if (piece === undefined) {
        if (pieces.length === 0) return undefined;
        throw new TarError('the archive ends in the middle of an entry');
      }
      pieces.push(piece);
      left -= piece.length;
    }
    return pieces.length === 1 ? pieces[0] : Buffer.concat(pieces);
  }

  /** At least one and at most so many bytes, without copying; `undefined` at the end. */
  async upTo(length: number): Promise<Buffer | undefined> {
    while (this.#rest.length === 0) {
      const next = await this.#chunks.next();
      if (next.done === true) return undefined;
      this.#rest = Buffer.from(next.value.buffer, next.value.byteOffset, next.value.byteLength);
    }
    const piece = this.#rest.subarray(0, length);
    this.#rest = this.#rest.subarray(piece.length);
    return piece;
  }

  /** Reads to the end, so that who sends is not cut off. */
  async drain(): Promise<void> {
    while ((await this.upTo(Number.MAX_SAFE_INTEGER)) !== undefined);
  }

  async leave(): Promise<void> {
    await this.#chunks.return?.();
  }
}
