import { once } from 'node:events';
import { constants } from 'node:fs';
import { open, rm, stat, type FileHandle } from 'node:fs/promises';
import type { Socket } from 'node:net';
import type { Writable } from 'node:stream';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { specialOutput } from '../core/template/output-plan.js';
import { openFifoForWriting } from './fifo.js';
import { FileLock, type LockContent } from './file-lock.js';
import { FileWriter } from './file-writer.js';
import { CountedCatchUp, FileCatchUp, type LogCatchUp } from './log-catch-up.js';

/** Where the bytes of one stream go, or of both. */
export interface OutputFile {
  /** The regular file that it is, for whoever must not read from the same. */
  readonly identity: FileIdentity | undefined;
  /** Empties it: until then a file that was there is as it was. */
  begin(): Promise<void>;
  /** Takes back that it was opened: a file that was not there before goes. */
  discard(): Promise<void>;
  /** Resolves when there is room for more. */
  write(data: Buffer): Promise<void>;
  /** The source begins again: how to go past what is written already. */
  catchUp(written: number): Promise<LogCatchUp>;
  /** Closes it. `left`: it is not complete, and the next tracker goes on. */
  close(left: boolean): Promise<void>;
}

/** Two paths with one identity are one file, whatever links lie between. */
export interface FileIdentity {
  readonly dev: number;
  readonly ino: number;
}

/** A file that is being written for another job, or by another tracker. */
export class FileHeldError extends Error {
  static {
    this.prototype.name = 'FileHeldError';
  }
  readonly by: LockContent;
  constructor(path: string, by: LockContent) {
    const holder = by.holder ? ` (process ${String(by.holder.pid)} on ${by.holder.host})` : '';
    super(`${path} is being written for another job that has not ended${holder}`);
    this.by = by;
  }
}

export interface OutputFileOptions {
  /** Whose file it is: what the job's dispatch label says. */
  readonly job: string;
  /** Both streams go there, so what it holds is in no order that a log has. */
  readonly shared: boolean;
  /** Whether a job that still writes there has ended, so that its last bytes are waited for. Default: none has. */
  readonly isOver?: (job: string) => boolean;
  /** Ends that waiting. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens a job's output path, without touching what a file holds. `/dev/stdout` and `/dev/stderr` are this process' own streams and are never
 * closed; `/dev/null` takes nothing; a FIFO is written for the process that reads it already.
 * @throws {Drmaa2Error} InvalidArgument naming attribute and path: it cannot be opened for writing, or is another job's; `signal.reason`.
 */
export async function openOutputFile(attribute: string, path: string, options: OutputFileOptions): Promise<OutputFile> {
  switch (specialOutput(path)) {
    case 'stdout':
      return streamOutput(process.stdout);
    case 'stderr':
      return streamOutput(process.stderr);
    case 'null':
      return { ...NO_FILE, write: nothing, catchUp: counted, close: nothing };
    case undefined:
      break;
  }
  try {
    const present = await stat(path).catch(() => undefined);
    if (present?.isFIFO() === true) return fifoOutput(await openFifoForWriting(path));
    if (present && !present.isFile() && !present.isDirectory()) return deviceOutput(await open(path, 'w'));
    const lock = await beginLock(path, options);
    try {
      return await openRegularFile(path, lock, options);
    } catch (error) {
      await lock?.remove();
      throw error;
    }
  } catch (error) {
    options.signal?.throwIfAborted();
    const words = error instanceof Error ? error.message : String(error);
    throw new Drmaa2Error('InvalidArgument', `${attribute} cannot be opened for writing: ${words}`, { cause: error });
  }
}

/** Opens a file that a tracker left incomplete. `undefined`: it is complete, or another job's by now, or somebody completes it. */
export async function reopenOutputFile(path: string, options: OutputFileOptions): Promise<OutputFile | undefined> {
  if (specialOutput(path) !== undefined) return undefined;
  const attempt = await FileLock.take(path, { job: options.job, existing: true });
  if (attempt.outcome !== 'taken') return undefined;
  const { lock } = attempt;
  try {
    const handle = await open(path, 'r+').catch(() => open(path, 'w'));
    const { size, dev, ino } = await handle.stat();
    const identity = { dev, ino };
    return new RegularFile(path, handle, { at: size, lock, shared: options.shared, isNew: false, identity });
  } catch (error) {
    await lock.leave();
    throw error;
  }
}

async function openRegularFile(
  path: string,
  lock: FileLock | undefined,
  options: OutputFileOptions,
): Promise<OutputFile> {
  const { handle, isNew } = await openKept(path);
  try {
    const { dev, ino } = await handle.stat();
    return new RegularFile(path, handle, { at: 0, lock, shared: options.shared, isNew, identity: { dev, ino } });
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** A template may still be refused: what a file holds is kept until the job is about to be created. */
async function openKept(path: string): Promise<{ readonly handle: FileHandle; readonly isNew: boolean }> {
  try {
    return { handle: await open(path, 'wx'), isNew: true };
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    // A link that leads to nothing is there as well, and what it leads to is made.
    return { handle: await open(path, constants.O_WRONLY | constants.O_CREAT), isNew: false };
  }
}

/** Without a lock where none can be made (a folder that takes no new files): then a restart cannot complete the file. */
async function beginLock(path: string, { job, isOver, signal }: OutputFileOptions): Promise<FileLock | undefined> {
  for (;;) {
    const attempt = await FileLock.take(path, { job }).catch(() => undefined);
    if (attempt?.outcome !== 'held') return attempt?.outcome === 'taken' ? attempt.lock : undefined;
    const { by } = attempt;
    if (isOver?.(by.job) !== true) throw new FileHeldError(path, by);
    await FileLock.freed(path, by.job, signal);
  }
}

interface RegularFileState {
  readonly at: number;
  readonly lock: FileLock | undefined;
  readonly shared: boolean;
  readonly isNew: boolean;
  readonly identity: FileIdentity;
}

class RegularFile implements OutputFile {
  readonly identity: FileIdentity;
  readonly #path: string;
  readonly #handle: FileHandle;
  readonly #writer: FileWriter;
  readonly #lock: FileLock | undefined;
  readonly #shared: boolean;
  readonly #isNew: boolean;
  #comparison: { readonly file: FileHandle; readonly catchUp: FileCatchUp } | undefined;

  constructor(path: string, handle: FileHandle, { at, lock, shared, isNew, identity }: RegularFileState) {
    this.identity = identity;
    this.#path = path;
    this.#handle = handle;
    this.#writer = new FileWriter(handle, at);
    this.#lock = lock;
    this.#shared = shared;
    this.#isNew = isNew;
  }

  async begin(): Promise<void> {
    await this.#handle.truncate(0);
  }

  async discard(): Promise<void> {
    // Before the lock goes, and with it the right to the file.
    if (this.#isNew) await rm(this.#path, { force: true });
    await this.close(false);
  }

  write(data: Buffer): Promise<void> {
    return this.#writer.write(data);
  }

  async catchUp(): Promise<LogCatchUp> {
    await this.#writer.flushed();
    await this.#endComparison();
    if (this.#shared) {
      await this.#writer.restart();
      return new CountedCatchUp(0);
    }
    const file = await open(this.#path, 'r');
    this.#comparison = { file, catchUp: new FileCatchUp(file) };
    return this.#comparison.catchUp;
  }

  async close(left: boolean): Promise<void> {
    try {
      await this.#writer.flushed();
      const inexact = await this.#endComparison();
      if (inexact)
        throw new Error(`${this.#path} may hold U+FFFD where the job wrote bytes that are not UTF-8: ${WHY}`);
    } finally {
      await this.#handle.close();
      await (left ? this.#lock?.leave() : this.#lock?.remove());
    }
  }

  async #endComparison(): Promise<boolean> {
    const comparison = this.#comparison;
    this.#comparison = undefined;
    await comparison?.file.close();
    return comparison?.catchUp.inexact === true;
  }
}

const WHY = "it was completed out of the engine's log, and the log driver json-file keeps no others";

const NO_FILE = { identity: undefined, begin: nothing, discard: nothing };

/** No regular file: nothing lies beside it and nothing can be read again. */
function deviceOutput(handle: FileHandle): OutputFile {
  const writer = new FileWriter(handle, null);
  const close = async (): Promise<void> => {
    try {
      await writer.flushed();
    } finally {
      await handle.close();
    }
  };
  return { ...NO_FILE, write: (data) => writer.write(data), catchUp: counted, close, discard: close };
}

/** Nothing but what a stream takes. */
function streamOutput(stream: Writable): OutputFile {
  return {
    ...NO_FILE,
    write: (data) =>
      new Promise((resolve, reject) => {
        stream.write(data, (error) => {
          if (error) reject(error);
          else resolve();
        });
      }),
    catchUp: counted,
    close: nothing,
  };
}

function fifoOutput(fifo: Socket): OutputFile {
  const close = async (): Promise<void> => {
    if (fifo.destroyed) return;
    const closed = once(fifo, 'close');
    fifo.end(() => fifo.destroy());
    await closed;
  };
  return { ...streamOutput(fifo), close, discard: close };
}

function counted(written: number): Promise<LogCatchUp> {
  return Promise.resolve(new CountedCatchUp(written));
}

function nothing(): Promise<void> {
  return Promise.resolve();
}
