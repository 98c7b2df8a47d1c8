import type { Engine } from '@docker-tracker/engine-client';
import { isTerminated } from '@docker-tracker/drmaa2';
import { defer, filter, finalize, from, map, share, takeUntil, tap, type Observable } from 'rxjs';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import { jobUsage, type JobUsage } from '../core/usage/job-usage.js';
import { inDrmaa2Terms } from '../session/drmaa2-failure.js';

/** Last samples that are remembered for JobInfo; those of other jobs are forgotten. */
const REMEMBERED = 1024;

/** What the jobs of a session use: one stream of samples for each job that somebody looks at, and none for the others. */
export class SessionUsage {
  readonly #engine: Engine;
  readonly #job$: (id: string) => Observable<JobSnapshot>;
  readonly #shared = new Map<string, Observable<JobUsage>>();
  readonly #last = new Map<string, JobUsage>();

  constructor(engine: Engine, job$: (id: string) => Observable<JobSnapshot>) {
    this.#engine = engine;
    this.#job$ = job$;
  }

  /** The last sample that anybody asked for; it is kept after the job's end. */
  last(id: string): JobUsage | undefined {
    return this.#last.get(id);
  }

  /** About one sample a second while the job runs; completes at its end. */
  usage$(id: string): Observable<JobUsage> {
    return defer(() => {
      let shared = this.#shared.get(id);
      if (!shared) {
        shared = this.#samples(id).pipe(
          finalize(() => this.#shared.delete(id)),
          share(),
        );
        this.#shared.set(id, shared);
      }
      return shared;
    });
  }

  #samples(id: string): Observable<JobUsage> {
    return defer(() => {
      const leave = new AbortController();
      const over = this.#job$(id).pipe(filter(({ state, removed }) => removed || isTerminated(state)));
      return from(this.#read(id, leave.signal)).pipe(
        map((sample) => jobUsage(sample, this.#last.get(id))),
        filter((usage) => usage !== undefined),
        tap((usage) => {
          this.#remember(id, usage);
        }),
        takeUntil(over),
        finalize(() => {
          leave.abort();
        }),
      );
    });
  }

  async *#read(id: string, signal: AbortSignal): ReturnType<Engine['containers']['stats']> {
    const samples = this.#engine.containers.stats(id, { signal });
    try {
      for (;;) {
        const next = await inDrmaa2Terms(`usage of job ${id}`, () => samples.next());
        if (next.done === true) return;
        yield next.value;
      }
    } catch (error) {
      // Nobody looks any more.
      if (!signal.aborted) throw error;
    } finally {
      await samples.return?.();
    }
  }

  #remember(id: string, usage: JobUsage): void {
    this.#last.delete(id);
    this.#last.set(id, usage);
    const [oldest] = this.#last.keys();
    if (this.#last.size > REMEMBERED && oldest !== undefined) this.#last.delete(oldest);
  }
}
