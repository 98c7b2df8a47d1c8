import type { FileHandle } from 'node:fs/promises';
import { holdsReplaced, pass } from '../core/output/log-passage.js';

/** Goes past what is written already in a log that is read from its beginning; what comes behind it is to be written. */
export interface LogCatchUp {
  /** The part of this piece that is missing; empty as long as it is past nothing new. */
  feed(data: Buffer): Promise<Buffer>;
  /** The log has ended: what was held back of it. */
  end(): Promise<Buffer>;
}

const PIECE_BYTES = 65_536;
const NOTHING: Buffer = Buffer.alloc(0);

/** By comparing it with the file, so that a log that was rotated, or that is not byte for byte, spoils nothing. */
export class FileCatchUp implements LogCatchUp {
  /** What was appended may hold U+FFFD in the place of a byte that is not UTF-8. */
  inexact = false;
  readonly #file: FileHandle;
  #log: Buffer = NOTHING;
  #held: Buffer = NOTHING;
  #at = 0;
  #fileEnded = false;
  #passed = false;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async feed(data: Buffer): Promise<Buffer> {
    if (this.#passed) return this.#missing(data);
    this.#log = this.#log.length === 0 ? data : Buffer.concat([this.#log, data]);
    return this.#compare(false);
  }

  async end(): Promise<Buffer> {
    return this.#passed ? NOTHING : this.#compare(true);
  }

  async #compare(logEnded: boolean): Promise<Buffer> {
    for (;;) {
      if (this.#held.length < 3 && !this.#fileEnded) await this.#readFile();
      const step = pass(this.#log, this.#held, { log: logEnded, file: this.#fileEnded });
      if (step.kind === 'differs') {
        throw new Error(
          "the engine's log does not begin as the file does: it was rotated, or something else wrote into the file",
        );
      }
      if (step.kind === 'passed') {
        this.#passed = true;
        const missing = this.#log.subarray(step.bytes);
        this.#log = NOTHING;
        return this.#missing(missing);
      }
      this.#log = this.#log.subarray(step.logBytes);
      this.#held = this.#held.subarray(step.fileBytes);
      if (this.#log.length === 0 || (this.#log.length < 3 && !logEnded)) return NOTHING;
    }
  }

  async #readFile(): Promise<void> {
    const { buffer, bytesRead } = await this.#file.read(Buffer.allocUnsafe(PIECE_BYTES), 0, PIECE_BYTES, this.#at);
    this.#at += bytesRead;
    this.#fileEnded = bytesRead === 0;
    this.#held = Buffer.concat([this.#held, buffer.subarray(0, bytesRead)]);
  }

  #missing(data: Buffer): Buffer {
    this.inexact ||= holdsReplaced(data);
    return data;
  }
}

/** By counting, for what cannot be read again. */
export class CountedCatchUp implements LogCatchUp {
  #left: number;

  constructor(written: number) {
    this.#left = written;
  }

  feed(data: Buffer): Promise<Buffer> {
    const passed = Math.min(this.#left, data.length);
    this.#left -= passed;
    return Promise.resolve(data.subarray(passed));
  }

  end(): Promise<Buffer> {
    return Promise.resolve(NOTHING);
  }
}
