import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { followSession } from './follow-session.js';
import type { JobWatch } from './job-watch.js';

/** What a Node.js timer holds; a later moment is looked at again then. */
export const LONGEST_TIMER_MS = 2_147_483_647;

/** What failed while the view is live is tried again after that. */
const AGAIN_MS = 5_000;

/** A moment of a job at which something is to be done, by the engine's clock. */
export interface JobMoment {
  /** When, for the record as it stands; `undefined`: never. */
  at(record: JobRecord): EngineNano | undefined;
  /** Called once the moment has come and the view is live. What it rejects with is its own affair: while the moment holds it is called again. */
  come(record: JobRecord): Promise<unknown> | undefined;
}

/**
 * One timer for each job of a session that has such a moment, and none for the others. The moment is read off the record, so
 * whichever tracker is open keeps it; with none open it is made up for when one is.
 */
export class JobTimers {
  readonly #watch: JobWatch;
  readonly #session: string;
  readonly #moment: JobMoment;
  readonly #timers = new Map<string, { readonly at: EngineNano; readonly timer: NodeJS.Timeout | undefined }>();
  readonly #following: Subscription;

  /** To be made when the view is complete. */
  constructor(watch: JobWatch, session: string, moment: JobMoment) {
    this.#watch = watch;
    this.#session = session;
    this.#moment = moment;
    this.#following = followSession(watch, session, {
      see: (record) => {
        this.#arm(record);
      },
      forget: (id) => {
        this.#disarm(id);
      },
      live: () => {
        this.#armAll();
      },
    });
  }

  close(): void {
    this.#following.unsubscribe();
    for (const id of this.#timers.keys()) this.#disarm(id);
  }

  #armAll(): void {
    for (const id of this.#timers.keys()) this.#disarm(id);
    for (const record of this.#watch.records.values()) if (record.session === this.#session) this.#arm(record);
  }

  #arm(record: JobRecord): void {
    const { id } = record;
    const at = record.removed ? undefined : this.#moment.at(record);
    // The same moment: its timer goes on, or it came and is not to come twice.
    if (this.#timers.get(id)?.at === at) return;
    this.#disarm(id);
    if (at === undefined) return;
    const leftMs = Number((at - this.#watch.engineNow) / 1_000_000n) + 1;
    const timer = setTimeout(
      () => {
        this.#overUntil(at);
      },
      Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS),
    );
    this.#timers.set(id, { at, timer });
  }

  #disarm(id: string): void {
    clearTimeout(this.#timers.get(id)?.timer);
    this.#timers.delete(id);
  }

  /** Whatever has the same moment comes in the same turn, though timers are rounded: none is dispatched before the others are due. */
  #overUntil(moment: EngineNano): void {
    for (const [id, { at, timer }] of [...this.#timers]) {
      if (timer === undefined || at > moment) continue;
      clearTimeout(timer);
      this.#over(id, at);
    }
  }

  #over(id: string, at: EngineNano): void {
    this.#timers.set(id, { at, timer: undefined });
    const record = this.#watch.records.get(id);
    // Out of reach nothing can be done: all is armed again when the view is live.
    if (!record || this.#watch.freshness !== 'live') return;
    if (this.#moment.at(record) === at && this.#watch.engineNow >= at) {
      this.#moment.come(record)?.catch(() => {
        this.#again(id, at);
      });
    } else {
      this.#timers.delete(id);
      this.#arm(record);
    }
  }

  /** A job that has ended by itself, or by another tracker, has no such moment any more. */
  #again(id: string, at: EngineNano): void {
    const known = this.#timers.get(id);
    if (known?.at !== at || known.timer !== undefined) return;
    const timer = setTimeout(() => {
      this.#over(id, at);
    }, AGAIN_MS);
    this.#timers.set(id, { at, timer });
  }
}
