import { open, type FileHandle } from 'node:fs/promises';
import type { Writable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { FileIdentity } from './output-file.js';

/** The file that goes to a job's standard input, opened before anything is created. */
export class JobInput {
  /** @throws {Drmaa2Error} InvalidArgument: it is not there, cannot be read, or is a folder. */
  static async open(path: string): Promise<JobInput> {
    let handle: FileHandle | undefined;
    try {
      handle = await open(path, 'r');
      const facts = await handle.stat();
      if (facts.isDirectory()) throw new Error(`${path} is a folder`);
      return new JobInput(handle, facts);
    } catch (cause) {
      await handle?.close();
      const words = cause instanceof Error ? cause.message : String(cause);
      throw new Drmaa2Error('InvalidArgument', `inputPath cannot be opened for reading: ${words}`, { cause });
    }
  }

  /** Which file it is, see `OutputFiles.includes`. */
  readonly identity: FileIdentity;
  readonly #handle: FileHandle;
  #begun = false;

  private constructor(handle: FileHandle, identity: FileIdentity) {
    this.#handle = handle;
    this.identity = identity;
  }

  /** Sends the file as fast as it is taken, and then the end of the input alone. A job that ends before is no failure. */
  async send(stdin: Writable): Promise<void> {
    this.#begun = true;
    const file = this.#handle.createReadStream();
    let unreadable: Error | undefined;
    file.once('error', (error) => (unreadable = error));
    await pipeline(file, stdin).catch(() => undefined);
    if (unreadable !== undefined) throw unreadable;
  }

  async close(): Promise<void> {
    // Its stream closes it.
    if (!this.#begun) await this.#handle.close();
  }
}
