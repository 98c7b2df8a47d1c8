import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { CPU_TIME_LABEL } from '../core/label/label-names.js';
import { controlJob } from '../session/job-control.js';
import type { SessionContext } from '../session/session-context.js';
import { followSession } from '../watch/follow-session.js';

/**
 * Ends the session's jobs whose processes have together used as much CPU time as CPU_TIME allows: the kernel's own limit holds for
 * each process alone. One stream of usage samples for each running job that has the limit, none for the others.
 */
export class CpuTimeLimits {
  readonly #context: SessionContext;
  readonly #looking = new Map<string, Subscription>();
  readonly #ending = new Set<string>();
  readonly #following: Subscription;

  constructor(context: SessionContext) {
    this.#context = context;
    const { watch, session } = context;
    this.#following = followSession(watch, session, {
      see: (record) => {
        this.#see(record);
      },
      forget: (id) => {
        this.#leave(id);
      },
      // Also those whose stream was cut.
      live: () => {
        for (const record of watch.records.values()) if (record.session === session) this.#see(record);
      },
    });
  }

  close(): void {
    this.#following.unsubscribe();
    for (const id of this.#looking.keys()) this.#leave(id);
  }

  #see(record: JobRecord): void {
    const { id, run, removed } = record;
    const limitSec = Number(record.labels[CPU_TIME_LABEL] ?? Number.NaN);
    if (run.phase !== 'running' || removed || !(limitSec > 0)) {
      this.#leave(id);
    } else if (!this.#looking.has(id)) {
      this.#look(id, limitSec);
    }
  }

  #look(id: string, limitSec: number): void {
    const { usage, watch } = this.#context;
    const gone = (): void => {
      this.#looking.delete(id);
    };
    const samples = usage.usage$(id).subscribe({
      next: ({ cpuTime }) => {
        if (cpuTime < limitSec || this.#ending.has(id)) return;
        watch.foldCpuTime(id);
        void this.#end(id);
      },
      // A cut stream: the view is not live then, and what follows looks again.
      error: gone,
      complete: gone,
    });
    if (!samples.closed) this.#looking.set(id, samples);
  }

  /** What fails is tried again with the next sample. */
  async #end(id: string): Promise<void> {
    this.#ending.add(id);
    try {
      await controlJob(this.#context, id, 'terminate', this.#context.closed);
    } catch {
      // It may have ended by itself.
    } finally {
      this.#ending.delete(id);
    }
  }

  #leave(id: string): void {
    this.#looking.get(id)?.unsubscribe();
    this.#looking.delete(id);
  }
}
