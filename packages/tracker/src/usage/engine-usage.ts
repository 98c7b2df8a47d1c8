import { isTerminated } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import { defer, EMPTY, filter, finalize, from, map, merge, share, takeUntil, tap, type Observable } from 'rxjs';
import { jobStatus } from '../core/job/job-status.js';
import { jobUsage, type JobUsage } from '../core/usage/job-usage.js';
import { inDrmaa2Terms } from '../session/drmaa2-failure.js';
import type { JobWatch } from '../watch/job-watch.js';

/** Last samples that are remembered for JobInfo; those of other jobs are forgotten. */
const REMEMBERED = 1024;

/** What the jobs of a watch use: one stream of samples for each job that anybody looks at, and none for the others. */
export class EngineUsage {
  static readonly #usages = new WeakMap<JobWatch, EngineUsage>();

  /** The one of this watch, so that a tracker and a monitor share the streams. */
  static of(watch: JobWatch): EngineUsage {
    let usage = EngineUsage.#usages.get(watch);
    if (!usage) {
      usage = new EngineUsage(watch);
      EngineUsage.#usages.set(watch, usage);
    }
    return usage;
  }

  readonly #watch: JobWatch;
  readonly #shared = new Map<string, Observable<JobUsage>>();
  readonly #last = new Map<string, JobUsage>();

  private constructor(watch: JobWatch) {
    this.#watch = watch;
  }

  /** The last sample that anybody asked for; it is kept after the job's end. */
  last(id: string): JobUsage | undefined {
    return this.#last.get(id);
  }

  /** About one sample a second while the job runs; completes at its end, at once for one that is not there or has ended. */
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
      const present = this.#watch.records.get(id);
      if (!present || isTerminated(jobStatus(present).state)) return EMPTY;
      const leave = new AbortController();
      return from(this.#read(id, leave.signal)).pipe(
        map((sample) => jobUsage(sample, this.#last.get(id))),
        filter((usage) => usage !== undefined),
        tap((usage) => {
          this.#remember(id, usage);
        }),
        takeUntil(this.#end(id)),
        finalize(() => {
          leave.abort();
        }),
      );
    });
  }

  #end(id: string): Observable<unknown> {
    const { updates$, forgotten$ } = this.#watch;
    const ended = updates$.pipe(filter(({ job }) => job.id === id && (job.removed || isTerminated(job.state))));
    return merge(ended, forgotten$.pipe(filter((forgotten) => forgotten === id)));
  }

  async *#read(id: string, signal: AbortSignal): ReturnType<Engine['containers']['stats']> {
    const samples = this.#watch.engine.containers.stats(id, { signal });
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
