import { EngineProtocolError, type RequestLine } from './errors.js';

/** An event is as large as its container's labels (8 MiB was seen), so the limit only stops what cannot be meant. */
export const DEFAULT_LINE_LIMIT = 64 * 1024 * 1024;

const LF = 0x0a;
const RECORD_SEPARATOR = 0x1e;

/**
 * Byte chunks, cut anywhere, to lines of JSON text. Splits at LF on bytes and decodes UTF-8 after that; strips the
 * leading 0x1E of `application/json-seq`; skips empty lines. Linear in the bytes, whatever the chunks.
 */
export class NdjsonDecoder {
  readonly #request: RequestLine;
  readonly #lineLimit: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #length = 0;

  /**
   * @param request - named in errors.
   * @param options.lineLimit - bytes, default 64 MiB.
   */
  constructor(request: RequestLine, options: { readonly lineLimit?: number } = {}) {
    this.#request = request;
    this.#lineLimit = options.lineLimit ?? DEFAULT_LINE_LIMIT;
  }

  /**
   * The lines that end in this chunk.
   *
   * @throws {EngineProtocolError} a line beyond the limit, or bytes that are not UTF-8.
   */
  push(chunk: Uint8Array): string[] {
    const lines: string[] = [];
    let start = 0;
    for (let end = chunk.indexOf(LF); end !== -1; end = chunk.indexOf(LF, start)) {
      this.#keep(chunk.subarray(start, end));
      this.#take(lines);
      start = end + 1;
    }
    this.#keep(chunk.subarray(start));
    return lines;
  }

  /** The last line, when the stream ended without LF. */
  end(): string[] {
    const lines: string[] = [];
    this.#take(lines);
    return lines;
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#length > this.#lineLimit) {
      throw new EngineProtocolError(this.#request, `a line is longer than ${String(this.#lineLimit)} bytes`, {
        received: this.#pieces[0] ?? piece,
      });
    }
  }

  #take(lines: string[]): void {
    const [first] = this.#pieces;
    if (first === undefined) return;
    const bytes = this.#pieces.length === 1 ? first : Buffer.concat(this.#pieces, this.#length);
    this.#pieces = [];
    this.#length = 0;
    const line = this.#decode(bytes[0] === RECORD_SEPARATOR ? bytes.subarray(1) : bytes);
    if (line.trim() !== '') lines.push(line);
  }

  #decode(bytes: Uint8Array): string {
    try {
      return this.#utf8.decode(bytes);
    } catch (cause) {
      throw new EngineProtocolError(this.#request, 'a line is not UTF-8', { cause, received: bytes });
    }
  }
}

/** Byte chunks to lines, pulled: nothing is read ahead of the consumer. */
export async function* readLines(
  chunks: AsyncIterable<Uint8Array>,
  request: RequestLine,
  options: { readonly lineLimit?: number } = {},
): AsyncGenerator<string> {
  const decoder = new NdjsonDecoder(request, options);
  for await (const chunk of chunks) yield* decoder.push(chunk);
  yield* decoder.end();
}
