import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Readable, Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { openFifoForReading } from './fifo.js';
import type { FileIdentity } from './output-file.js';

/** This process' own standard input: as a stream, since a socket that stands there cannot be opened by that path. */
const OWN_INPUT = '/dev/stdin';

/**
 * What goes to a job's standard input: a file, opened before anything is created, a FIFO, until nobody writes it any more, or
 * `/dev/stdin`, this process' own.
 */
export class JobInput {
  /** @throws {Drmaa2Error} InvalidArgument: it is not there, cannot be read, or is a folder. */
  static async open(path: string): Promise<JobInput> {
    if (path === OWN_INPUT) return new JobInput(() => process.stdin, undefined);
    let handle: FileHandle | undefined;
    try {
      if ((await stat(path)).isFIFO()) {
        const fifo = await openFifoForReading(path);
        return new JobInput(
          () => fifo,
          () => fifo.destroy(),
        );
      }
      const file = (handle = await open(path, 'r'));
      const facts = await file.stat();
      if (facts.isDirectory()) throw new Error(`${path} is a folder`);
      return new JobInput(
        () => file.createReadStream(),
        () => file.close(),
        facts,
      );
    } catch (cause) {
      await handle?.close();
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new Drmaa2Error('InvalidArgument', `inputPath cannot be opened for reading: ${words}`, { cause });
    }
  }

  /** Which file it is, see `OutputFiles.includes`; absent: this process' own input, or a FIFO. */
  readonly identity: FileIdentity | undefined;
  readonly #source: () => Readable;
  readonly #close: (() => unknown) | undefined;
  #begun = false;

  private constructor(source: () => Readable, close: (() => unknown) | undefined, identity?: FileIdentity) {
    this.#source = source;
    this.#close = close;
    this.identity = identity;
  }

  /** Sends the file as fast as it is taken, and then the end of the input alone. A job that ends before is no failure. */
  async send(stdin: Writable): Promise<void> {
    this.#begun = true;
    const file = this.#source();
    let unreadable: Error | undefined;
    file.once('error', (error) => (unreadable = error));
    await pipeline(file, stdin).catch(() => undefined);
    if (unreadable !== undefined) throw unreadable;
  }

  async close(): Promise<void> {
    // Its stream closes it.
    if (!this.#begun) await this.#close?.();
  }
}
