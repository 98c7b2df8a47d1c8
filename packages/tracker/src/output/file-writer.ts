import type { FileHandle } from 'node:fs/promises';

/** So many bytes may wait for the disk before the source is held up; what is written at once is as much. */
const WAITING_BYTES = 1_048_576;

/** Writes pieces in order, many small ones at once, and holds up their source when the disk is slower. */
export class FileWriter {
  readonly #handle: FileHandle;
  /** `null`: not a regular file, which has no places. */
  #at: number | null;
  #waiting: Buffer[] = [];
  #waitingBytes = 0;
  #writing: Promise<void> | undefined;
  #failure: Error | undefined;

  constructor(handle: FileHandle, at: number | null) {
    this.#handle = handle;
    this.#at = at;
  }

  /** Resolves when there is room for more. Rejects with what made a write impossible, and from then on always. */
  async write(data: Buffer): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    this.#waiting.push(data);
    this.#waitingBytes += data.length;
    this.#writing ??= this.#writeAll();
    if (this.#waitingBytes >= WAITING_BYTES) await this.flushed();
  }

  /** Resolves when everything is with the operating system. */
  async flushed(): Promise<void> {
    await this.#writing;
    if (this.#failure !== undefined) throw this.#failure;
  }

  /** Begins again at the beginning, with nothing in the file. */
  async restart(): Promise<void> {
    await this.flushed();
    await this.#handle.truncate(0);
    this.#at = 0;
  }

  async #writeAll(): Promise<void> {
    try {
      while (this.#waiting.length > 0) {
        const pieces = this.#waiting;
        this.#waiting = [];
        this.#waitingBytes = 0;
        await this.#writePieces(pieces);
      }
    } catch (error) {
      this.#failure = error instanceof Error ? error : new Error(String(error));
      this.#waiting = [];
    } finally {
      this.#writing = undefined;
    }
  }

  /** A nearly full disk takes a part, and says so only at the next attempt. */
  async #writePieces(pieces: readonly Buffer[]): Promise<void> {
    let left: readonly Buffer[] = pieces;
    while (left.length > 0) {
      // The system takes 1024 pieces at once. @source limits.h, IOV_MAX
      const { bytesWritten } = await this.#handle.writev(left.slice(0, 1024), this.#at ?? undefined);
      if (this.#at !== null) this.#at += bytesWritten;
      left = behind(left, bytesWritten);
    }
  }
}

function behind(pieces: readonly Buffer[], bytes: number): readonly Buffer[] {
  let passed = bytes;
  let first = 0;
  for (const piece of pieces) {
    if (piece.length > passed) break;
    passed -= piece.length;
    first += 1;
  }
  const [begun, ...rest] = pieces.slice(first);
  return begun === undefined ? [] : [begun.subarray(passed), ...rest];
}
