import { tellDropped } from './diagnostics.js';
import { EngineOverflowError } from './errors.js';
import type { EngineEvent } from './wire/event.js';

/** Between a source that cannot be held up and a consumer that takes its time. */
export class EventBuffer {
  readonly #limit: number;
  #waiting: EngineEvent[] = [];
  #held = 0;
  #ended: { readonly error?: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** @param limit - events not yet taken; the next one throws EngineOverflowError into the source. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Starts `source` and gives what it adds, then throws what it threw: the consumer sees every event before the gap. */
  async *fill(source: (add: (event: EngineEvent) => void) => Promise<void>): AsyncGenerator<EngineEvent> {
    source((event) => {
      this.#add(event);
    }).then(
      () => {
        this.#end({});
      },
      (error: unknown) => {
        this.#end({ error });
      },
    );
    while (this.#held > 0 || this.#ended === undefined) {
      const batch = this.#waiting;
      this.#waiting = [];
      for (const event of batch) {
        this.#held -= 1;
        yield event;
      }
      if (this.#held === 0) await this.#news();
    }
    if ('error' in this.#ended) throw this.#ended.error;
  }

  #add(event: EngineEvent): void {
    if (this.#held >= this.#limit) {
      tellDropped({ what: 'events' });
      const what = `more than ${String(this.#limit)} events waited for their consumer; what followed was not read`;
      throw new EngineOverflowError({ method: 'GET', path: '/events' }, what);
    }
    this.#held += 1;
    this.#waiting.push(event);
    this.#wake();
  }

  #end(outcome: { readonly error?: unknown }): void {
    this.#ended = outcome;
    this.#wake();
  }

  #news(): Promise<void> {
    if (this.#held > 0 || this.#ended !== undefined) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }
}
