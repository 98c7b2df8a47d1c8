import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { wallclockEnd } from '../core/job/wallclock-limit.js';
import { followSession } from '../watch/follow-session.js';
import { controlJob } from './job-control.js';
import type { SessionContext } from './session-context.js';

/** What a Node.js timer holds. */
const LONGEST_TIMER_MS = 2_147_483_647;

/**
 * Ends the session's jobs whose run has taken as long as WALLCLOCK_TIME allows, one timer for each. The limit is a label,
 * so whichever tracker is open keeps it; with none open a job goes on until one is. It is ended as `terminate` ends it.
 */
export class WallclockLimits {
  readonly #context: SessionContext;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #following: Subscription;

  constructor(context: SessionContext) {
    this.#context = context;
    this.#following = followSession(context.watch, context.session, {
      see: (record) => {
        this.#arm(record);
      },
      forget: (id) => {
        this.#disarm(id);
      },
      // Also what could not be ended while the engine was out of reach.
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
    for (const id of this.#context.jobs.snapshot.keys()) {
      const record = this.#context.watch.records.get(id);
      if (record) this.#arm(record);
    }
  }

  #arm(record: JobRecord): void {
    this.#disarm(record.id);
    const due = record.run.phase === 'running' && !record.removed ? wallclockEnd(record) : undefined;
    if (due === undefined) return;
    const leftMs = Number((due - this.#context.watch.engineNow) / 1_000_000n) + 1;
    const timer = setTimeout(
      () => {
        this.#due(record.id);
      },
      Math.min(Math.max(leftMs, 0), LONGEST_TIMER_MS),
    );
    this.#timers.set(record.id, timer);
  }

  #disarm(id: string): void {
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
  }

  #due(id: string): void {
    this.#timers.delete(id);
    const { watch, closed } = this.#context;
    const record = watch.records.get(id);
    const due = record && wallclockEnd(record);
    if (record?.run.phase !== 'running' || due === undefined) return;
    if (watch.engineNow < due) {
      this.#arm(record);
      return;
    }
    // It may have ended by itself, or by another tracker; out of reach, it is tried again once the view is live.
    controlJob(this.#context, id, 'terminate', closed).catch(() => undefined);
  }
}
