import type { EngineClock } from '../engine-clock.js';
import type { EngineEvent } from './engine-event.js';

/** An event, or bytes that a test puts into the stream as they are. */
export type StreamItem = EngineEvent | { readonly raw: string };

/**
 * The channel between the publisher and one reader (vendor/github.com/moby/pubsub/publisher.go): a bounded queue.
 * When it is full the publisher waits `holdUpMs` for a free place, then drops this message for this reader, silently.
 */
export class EventSubscription {
  readonly #queue: StreamItem[] = [];
  readonly #capacity: number;
  readonly #holdUpMs: number;
  readonly #batch: number;
  readonly #clock: EngineClock;
  readonly #writers: (() => void)[] = [];
  #reader: ((items: readonly StreamItem[] | undefined) => void) | undefined;
  #ended = false;
  #dropped = 0;

  constructor(options: {
    readonly capacity: number;
    readonly holdUpMs: number;
    readonly batch: number;
    readonly clock: EngineClock;
  }) {
    this.#capacity = options.capacity;
    this.#holdUpMs = options.holdUpMs;
    this.#batch = options.batch;
    this.#clock = options.clock;
  }

  /** Messages this reader never got. The engine counts nothing of the kind; tests do. */
  get dropped(): number {
    return this.#dropped;
  }

  get queued(): number {
    return this.#queue.length;
  }

  /** Undefined when taken at once; else settles when the publisher may go on. */
  offer(item: StreamItem): Promise<void> | undefined {
    if (this.#ended) return undefined;
    if (this.#reader !== undefined) {
      const reader = this.#reader;
      this.#reader = undefined;
      reader([item]);
      return undefined;
    }
    if (this.#queue.length < this.#capacity) {
      this.#queue.push(item);
      return undefined;
    }
    return this.#offerLate(item);
  }

  /** The next messages; undefined at the end of the stream. */
  next(): Promise<readonly StreamItem[] | undefined> {
    const items = this.#queue.splice(0, this.#batch);
    if (items.length > 0) {
      for (const writer of this.#writers.splice(0, items.length)) writer();
      return Promise.resolve(items);
    }
    if (this.#ended) return Promise.resolve(undefined);
    return new Promise((resolve) => {
      this.#reader = resolve;
    });
  }

  /** Ends the stream: what is queued is still delivered. */
  end(): void {
    this.#ended = true;
    for (const writer of this.#writers.splice(0)) writer();
    this.#reader?.(undefined);
    this.#reader = undefined;
  }

  #offerLate(item: StreamItem): Promise<void> {
    return new Promise((resolve) => {
      const accept = (): void => {
        cancel();
        if (!this.#ended) this.#queue.push(item);
        resolve();
      };
      const cancel = this.#clock.after(this.#holdUpMs, () => {
        this.#writers.splice(this.#writers.indexOf(accept), 1);
        this.#dropped += 1;
        resolve();
      });
      this.#writers.push(accept);
    });
  }
}
