import { EngineProtocolError, type RequestLine } from './errors.js';

/** A row is as large as its container's labels (8 MiB was seen), so the limit only stops what cannot be meant. */
export const DEFAULT_ROW_LIMIT = 64 * 1024 * 1024;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const OPEN_OBJECT = 0x7b;
const CLOSE_OBJECT = 0x7d;

/**
 * The bytes of one JSON list, cut anywhere, to its elements, each parsed by itself: a long list is never held as a whole, neither
 * as bytes nor as values. Linear in the bytes, whatever the chunks.
 */
export class JsonRowDecoder {
  readonly #request: RequestLine;
  readonly #rowLimit: number;
  readonly #utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  #pieces: Uint8Array[] = [];
  #length = 0;
  /** 0 before the list, 1 between its elements. */
  #depth = 0;
  #inText = false;
  #escaped = false;
  #rows = 0;
  #over = false;

  /**
   * @param request - named in errors.
   * @param options.rowLimit - bytes, default 64 MiB.
   */
  constructor(request: RequestLine, options: { readonly rowLimit?: number } = {}) {
    this.#request = request;
    this.#rowLimit = options.rowLimit ?? DEFAULT_ROW_LIMIT;
  }

  /**
   * The elements that end in this chunk.
   *
   * @throws {EngineProtocolError} no list, an element that is not JSON, or one beyond the limit.
   */
  push(chunk: Uint8Array): unknown[] {
    const rows: unknown[] = [];
    let start = 0;
    for (let at = 0; at < chunk.length; at += 1) {
      const byte = chunk[at] ?? 0;
      if (this.#inText) {
        if (this.#escaped) this.#escaped = false;
        else if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) this.#inText = false;
      } else if (this.#depth === 0) {
        if (byte === OPEN_LIST && !this.#over) this.#depth = 1;
        else if (!isBlank(byte))
          throw this.#failure(this.#over ? 'there is more behind the list' : 'it is no list', chunk);
        start = at + 1;
      } else if (byte === QUOTE) {
        this.#inText = true;
      } else if (byte === OPEN_LIST || byte === OPEN_OBJECT) {
        this.#depth += 1;
      } else if (this.#depth > 1) {
        if (byte === CLOSE_LIST || byte === CLOSE_OBJECT) this.#depth -= 1;
      } else if (byte === COMMA || byte === CLOSE_LIST) {
        this.#keep(chunk.subarray(start, at));
        this.#take(rows, byte === CLOSE_LIST);
        if (byte === CLOSE_LIST) {
          this.#depth = 0;
          this.#over = true;
        }
        start = at + 1;
      }
    }
    if (this.#depth > 0) this.#keep(chunk.subarray(start));
    return rows;
  }

  /** @throws {EngineProtocolError} the answer ended before its list did. */
  end(): void {
    if (!this.#over) throw this.#failure('it ended before its list did', new Uint8Array());
  }

  #keep(piece: Uint8Array): void {
    if (piece.length === 0) return;
    this.#length += piece.length;
    this.#pieces.push(piece);
    if (this.#length > this.#rowLimit) {
      throw new EngineProtocolError(this.#request, `a row is longer than ${String(this.#rowLimit)} bytes`, {
        received: this.#pieces[0] ?? piece,
      });
    }
  }

  #take(rows: unknown[], isLast: boolean): void {
    const [first] = this.#pieces;
    const bytes = this.#pieces.length > 1 ? Buffer.concat(this.#pieces, this.#length) : (first ?? new Uint8Array());
    this.#pieces = [];
    this.#length = 0;
    // `[]` has no element; `[1,]` is no JSON
    if (isLast && this.#rows === 0 && bytes.every(isBlank)) return;
    rows.push(this.#parse(bytes));
    this.#rows += 1;
  }

  #parse(bytes: Uint8Array): unknown {
    try {
      return JSON.parse(this.#utf8.decode(bytes));
    } catch (cause) {
      throw this.#failure(`row ${String(this.#rows)} is not JSON`, bytes, cause);
    }
  }

  #failure(why: string, received: Uint8Array, cause?: unknown): EngineProtocolError {
    return new EngineProtocolError(this.#request, `unexpected answer: ${why}`, { cause, received });
  }
}

function isBlank(byte: number): boolean {
  return byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;
}
