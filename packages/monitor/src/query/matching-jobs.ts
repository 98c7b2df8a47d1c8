import {
  JobView,
  type EngineJobs,
  type JobChanges,
  type JobSnapshot,
  type KnownInfoOptions,
} from '@docker-tracker/tracker';
import { Observable, type Subscriber } from 'rxjs';
import { isTold, looksAtTemplate, matchesIn, monitorMatches, type MonitorFilter } from '../core/monitor-filter.js';

/** What a query needs of the view of all jobs. */
export type QuerySource = Pick<EngineJobs, 'jobs$' | 'changes$' | 'freshness$' | 'knownInfo' | 'jobInfo'>;

/** The jobs that match, and what made them so. */
export interface MatchingJobs {
  readonly view: ReadonlyMap<string, JobSnapshot>;
  /** Since the view before. Of the first one: all of its jobs were added. */
  readonly changes: JobChanges;
  /** Why jobs may be missing that match: what made a question about one of them fail. They are asked about again when the engine is back. */
  readonly failure?: unknown;
}

/** setTimeout takes no more. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * The jobs that match a filter: as they stand, then at each turn of the event loop that changed them. Entering the filter is
 * `added`, leaving it `removed`. Attributes that only an inspect tells are asked for, once for each job, and before the first view.
 */
export function matchingJobs(source: QuerySource, filter: MonitorFilter | undefined): Observable<MatchingJobs> {
  return new Observable((subscriber) => {
    const query = filter === undefined ? new EveryJob(source, subscriber) : new Query(source, filter, subscriber);
    return () => {
      query.stop();
    };
  });
}

/** Without a filter the source's own views are passed on. */
class EveryJob {
  #view: ReadonlyMap<string, JobSnapshot> | undefined;

  constructor(source: QuerySource, subscriber: Subscriber<MatchingJobs>) {
    subscriber.add(source.jobs$.subscribe((view) => (this.#view = view)));
    if (this.#view) subscriber.next(asFirst(this.#view));
    subscriber.add(
      source.changes$.subscribe({
        next: (changes) => {
          subscriber.next({ view: this.#view!, changes });
        },
        complete: () => {
          subscriber.complete();
        },
      }),
    );
  }

  stop(): void {
    this.#view = undefined;
  }
}

class Query {
  readonly #source: QuerySource;
  readonly #filter: MonitorFilter;
  readonly #looks: KnownInfoOptions;
  readonly #subscriber: Subscriber<MatchingJobs>;
  /** All jobs as of the last change; those that wait for an answer or for time to pass are judged again from here. */
  #all: ReadonlyMap<string, JobSnapshot> | undefined;
  #view = JobView.empty();
  /** Whether the first view was told: all questions that it needs are answered. */
  #told = false;
  readonly #asking = new Set<string>();
  /** Jobs about which the engine gave no answer, with the reason. */
  readonly #failed = new Map<string, unknown>();
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(source: QuerySource, filter: MonitorFilter, subscriber: Subscriber<MatchingJobs>) {
    this.#source = source;
    this.#filter = filter;
    this.#looks = { template: looksAtTemplate(filter) };
    this.#subscriber = subscriber;
    subscriber.add(source.jobs$.subscribe((view) => (this.#all = view)));
    if (this.#all) this.#judge([...this.#all.values()]);
    this.#tellFirst();
    subscriber.add(
      source.changes$.subscribe({
        next: ({ added, changed, removed }) => {
          this.#judge([...added, ...changed, ...removed]);
        },
        complete: () => {
          this.#tellFirst(true);
          subscriber.complete();
        },
      }),
    );
    subscriber.add(
      source.freshness$.subscribe((freshness) => {
        if (freshness === 'live') this.#askAgain();
      }),
    );
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#all = undefined;
  }

  #judge(jobs: readonly JobSnapshot[]): void {
    const added: JobSnapshot[] = [];
    const changed: JobSnapshot[] = [];
    const removed: JobSnapshot[] = [];
    const next = new Map<string, JobSnapshot | undefined>();
    for (const job of jobs) {
      if (job.removed) this.#failed.delete(job.id);
      const was = this.#view.has(job.id);
      const is = !job.removed && this.#matches(job);
      if (!was && !is) continue;
      next.set(job.id, is ? job : undefined);
      (is ? (was ? changed : added) : removed).push(job);
    }
    if (next.size === 0) return;
    this.#view = this.#view.next(next);
    if (this.#told) this.#subscriber.next({ view: this.#view, changes: { added, changed, removed } });
  }

  #matches({ id, session }: JobSnapshot): boolean {
    const info = this.#source.knownInfo(id, this.#looks);
    if (!info) return false;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (!isTold(info, this.#filter)) {
      void this.#ask(id);
      return false;
    }
    this.#failed.delete(id);
    const later = matchesIn(info, session, this.#filter);
    if (later !== undefined) this.#judgeIn(id, later);
    return monitorMatches(info, session, this.#filter);
  }

  #judgeIn(id: string, milliseconds: number): void {
    const timer = setTimeout(
      () => {
        this.#judgeAgain(id);
      },
      Math.min(milliseconds, LONGEST_TIMEOUT_MS),
    );
    this.#timers.set(id, timer);
  }

  #judgeAgain(id: string): void {
    const job = this.#all?.get(id);
    if (job) this.#judge([job]);
  }

  async #ask(id: string): Promise<void> {
    if (this.#asking.has(id)) return;
    this.#asking.add(id);
    const asked = this.#all?.get(id);
    const failure = await this.#source.jobInfo(id, { outputTail: 0 }).then(nothing, asFailure);
    this.#asking.delete(id);
    const info = this.#source.knownInfo(id, this.#looks);
    const told = info !== undefined && isTold(info, this.#filter);
    // A job that was removed a moment ago is no failure. If the engine is away, it is asked when that is over.
    if (info && !told && failure) this.#failed.set(id, failure.cause);
    // What the engine itself cannot tell is not asked for again, unless the job has changed meanwhile.
    else if (told || (info && this.#all?.get(id) !== asked)) this.#judgeAgain(id);
    this.#tellFirst();
  }

  #askAgain(): void {
    const ids = [...this.#failed.keys()];
    this.#failed.clear();
    for (const id of ids) this.#judgeAgain(id);
  }

  #tellFirst(anyway = false): void {
    if (this.#told || (this.#asking.size > 0 && !anyway)) return;
    this.#told = true;
    const [failure] = this.#failed.values();
    this.#subscriber.next({ ...asFirst(this.#view), ...(failure !== undefined && { failure }) });
  }
}

function asFirst(view: ReadonlyMap<string, JobSnapshot>): MatchingJobs {
  return { view, changes: { added: [...view.values()], changed: [], removed: [] } };
}

function asFailure(cause: unknown): { readonly cause: unknown } {
  return { cause };
}

function nothing(): undefined {
  return undefined;
}
