export type OutputStream = 'stdout' | 'stderr';

/** A line as the log driver stored it, line end included where there was one. */
export interface LogEntry {
  readonly stream: OutputStream;
  readonly timeNano: bigint;
  readonly content: Buffer;
}

export interface OutputListener {
  readonly onLine?: (entry: LogEntry) => void;
  readonly onChunk?: (stream: OutputStream, chunk: Buffer) => void;
  readonly onEnd: () => void;
}

/** Longer lines are stored in pieces (daemon/logger/copier.go). */
const LINE_LIMIT = 16 * 1024;

/** A container's output: stored line by line for `logs`, passed on at once to whoever is attached. */
export class ContainerOutput {
  readonly #entries: LogEntry[] = [];
  readonly #listeners = new Set<OutputListener>();
  readonly #partial: Record<OutputStream, Buffer> = { stdout: Buffer.alloc(0), stderr: Buffer.alloc(0) };

  get entries(): readonly LogEntry[] {
    return this.#entries;
  }

  write(stream: OutputStream, chunk: Buffer, now: () => bigint): void {
    for (const listener of this.#listeners) listener.onChunk?.(stream, chunk);
    let rest = Buffer.concat([this.#partial[stream], chunk]);
    for (;;) {
      const end = rest.indexOf(0x0a) + 1;
      const length = end > 0 ? Math.min(end, LINE_LIMIT) : rest.length >= LINE_LIMIT ? LINE_LIMIT : 0;
      if (length === 0) break;
      this.#store({ stream, timeNano: now(), content: rest.subarray(0, length) });
      rest = rest.subarray(length);
    }
    this.#partial[stream] = rest;
  }

  /** The process ended: unfinished lines are stored as they are, every listener ends. */
  end(now: () => bigint): void {
    for (const stream of ['stdout', 'stderr'] as const) {
      const content = this.#partial[stream];
      this.#partial[stream] = Buffer.alloc(0);
      if (content.length > 0) this.#store({ stream, timeNano: now(), content });
    }
    this.detachAll();
  }

  listen(listener: OutputListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  detachAll(): void {
    const listeners = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of listeners) listener.onEnd();
  }

  #store(entry: LogEntry): void {
    this.#entries.push(entry);
    for (const listener of this.#listeners) listener.onLine?.(entry);
  }
}

/** Frame of a multiplexed stream: kind, three zero bytes, length big-endian, payload (api/pkg/stdcopy). */
export function frame(stream: OutputStream, payload: Buffer): Buffer {
  const header = Buffer.alloc(8);
  header[0] = stream === 'stdout' ? 1 : 2;
  header.writeUInt32BE(payload.length, 4);
  return Buffer.concat([header, payload]);
}
