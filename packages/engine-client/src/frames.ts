import { EngineProtocolError, type RequestLine } from './errors.js';

/** A piece of a container's output. A terminal has one stream only, `stdout`. */
export interface OutputFrame {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

/** The engine writes at most 16 KiB to 1 MiB at once; a larger number is a header read at the wrong place. */
export const DEFAULT_FRAME_LIMIT = 64 * 1024 * 1024;

const HEADER_BYTES = 8;

/**
 * Multiplexed output to pieces: a header of eight bytes (stream, three zeros, length big-endian), then the payload.
 * A payload is passed on as it comes, so a large frame gives several pieces and is never held as a whole;
 * frames of length zero give none. A loop, linear in the bytes, without copying payloads.
 *
 * @source moby: api/pkg/stdcopy
 */
export class FrameDemultiplexer {
  readonly #request: RequestLine;
  readonly #frameLimit: number;
  readonly #header = Buffer.alloc(HEADER_BYTES);
  #headerBytes = 0;
  #stream: 'stdout' | 'stderr' | 'system' = 'stdout';
  #left = 0;
  #systemText: Buffer[] = [];

  /**
   * @param request - named in errors.
   * @param options.frameLimit - bytes of one frame, default 64 MiB.
   */
  constructor(request: RequestLine, options: { readonly frameLimit?: number } = {}) {
    this.#request = request;
    this.#frameLimit = options.frameLimit ?? DEFAULT_FRAME_LIMIT;
  }

  /**
   * The pieces in this chunk; their `data` are views of it.
   *
   * @throws {EngineProtocolError} an unknown stream, a frame beyond the limit, or the engine's own error text (stream 3).
   */
  push(chunk: Buffer): OutputFrame[] {
    const frames: OutputFrame[] = [];
    let at = 0;
    while (at < chunk.length) {
      if (this.#left === 0) {
        at += this.#readHeader(chunk, at);
      } else {
        const data = chunk.subarray(at, at + this.#left);
        at += data.length;
        this.#left -= data.length;
        if (this.#stream === 'system') this.#systemText.push(data);
        else frames.push({ stream: this.#stream, data });
      }
      if (this.#stream === 'system' && this.#left === 0 && this.#headerBytes === 0) this.#refuse();
    }
    return frames;
  }

  /** @throws {EngineProtocolError} the stream ended inside a frame. */
  end(): void {
    if (this.#left > 0 || this.#headerBytes > 0) {
      throw new EngineProtocolError(this.#request, 'the output ended inside a frame');
    }
  }

  /** Reads header bytes from `at` on and returns how many. */
  #readHeader(chunk: Buffer, at: number): number {
    const taken = chunk.copy(this.#header, this.#headerBytes, at, at + HEADER_BYTES - this.#headerBytes);
    this.#headerBytes += taken;
    if (this.#headerBytes < HEADER_BYTES) return taken;
    this.#headerBytes = 0;
    const [kind] = this.#header;
    const zeros = this.#header.readUIntBE(1, 3);
    const length = this.#header.readUInt32BE(4);
    if (kind === undefined || kind > 3 || zeros !== 0) {
      throw new EngineProtocolError(this.#request, 'the output is not in frames', { received: this.#header });
    }
    if (length > this.#frameLimit) {
      throw new EngineProtocolError(
        this.#request,
        `a frame of ${String(length)} bytes is over the limit of ${String(this.#frameLimit)}`,
        { received: this.#header },
      );
    }
    this.#stream = kind === 3 ? 'system' : kind === 2 ? 'stderr' : 'stdout';
    this.#left = length;
    return taken;
  }

  #refuse(): never {
    const said = Buffer.concat(this.#systemText);
    throw new EngineProtocolError(this.#request, `the engine reports: ${said.toString('utf8').trim()}`, {
      received: said,
    });
  }
}

/** Byte chunks to pieces of output, pulled. `tty`: the bytes are raw. */
export async function* readFrames(
  chunks: AsyncIterable<Buffer>,
  request: RequestLine,
  options: { readonly tty: boolean; readonly frameLimit?: number },
): AsyncGenerator<OutputFrame> {
  if (options.tty) {
    for await (const data of chunks) yield { stream: 'stdout', data };
    return;
  }
  const demultiplexer = new FrameDemultiplexer(request, options);
  for await (const chunk of chunks) yield* demultiplexer.push(chunk);
  demultiplexer.end();
}
