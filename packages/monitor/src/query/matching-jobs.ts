import {
  JobView,
  type EngineJobs,
  type JobChanges,
  type JobSnapshot,
  type KnownInfoOptions,
} from '@docker-tracker/tracker';
import { Observable, type Subscriber } from 'rxjs';
import {
  isRuledOut,
  isTold,
  looksAtTemplate,
  matchesIn,
  monitorMatches,
  type MonitorFilter,
} from '../core/monitor-filter.js';
import { JobQuestions } from './job-questions.js';

/** What a query needs of the view of all jobs. */
export type QuerySource = Pick<EngineJobs, 'jobs$' | 'changes$' | 'freshness$' | 'knownInfo' | 'jobInfo'>;

/** The jobs that match, and what made them so. */
export interface MatchingJobs {
  readonly view: ReadonlyMap<string, JobSnapshot>;
  /** Since the view before. Of the first one: all of its jobs were added. */
  readonly changes: JobChanges;
  /** Of the first one: why jobs may be missing that match, be it that a question about one failed or that it is in doubt. They are judged as soon as they are known. */
  readonly failure?: unknown;
}

/** setTimeout takes no more. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/**
 * The jobs that match a filter: as they stand, then at each turn of the event loop that changed them. Entering the filter is
 * `added`, leaving it `removed`. Attributes that only an inspect tells are asked for before the first view, once for each job; of
 * jobs for which the engine had no answer, again after it.
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
  readonly #questions: JobQuestions;
  /** Of jobs that only lack time. */
  readonly #timers = new Map<string, NodeJS.Timeout>();

  constructor(source: QuerySource, filter: MonitorFilter, subscriber: Subscriber<MatchingJobs>) {
    this.#source = source;
    this.#filter = filter;
    this.#looks = { template: looksAtTemplate(filter) };
    this.#subscriber = subscriber;
    this.#questions = new JobQuestions({
      ask: (id, signal) => this.#ask(id, signal),
      judge: (id) => {
        this.#judgeAgain(id);
      },
      settled: () => {
        this.#tellFirst();
      },
    });
    subscriber.add(source.jobs$.subscribe((view) => (this.#all = view)));
    if (this.#all) this.#judge([...this.#all.values()]);
    this.#tellFirst();
    subscriber.add(
      source.changes$.subscribe({
        next: ({ added, changed, removed }) => {
          this.#judge([...added, ...changed, ...removed]);
          this.#tellFirst();
        },
        complete: () => {
          this.#tellFirst(true);
          subscriber.complete();
        },
      }),
    );
    subscriber.add(
      source.freshness$.subscribe((freshness) => {
        this.#questions.reach(freshness === 'live');
      }),
    );
  }

  stop(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    this.#questions.close();
    this.#all = undefined;
  }

  #judge(jobs: readonly JobSnapshot[]): void {
    const added: JobSnapshot[] = [];
    const changed: JobSnapshot[] = [];
    const removed: JobSnapshot[] = [];
    const next = new Map<string, JobSnapshot | undefined>();
    for (const job of jobs) {
      if (job.removed) this.#questions.drop(job.id);
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

  #matches({ id, session, inDoubt }: JobSnapshot): boolean {
    const info = this.#source.knownInfo(id, this.#looks);
    if (!info || isRuledOut(info, session, this.#filter)) return false;
    clearTimeout(this.#timers.get(id));
    this.#timers.delete(id);
    if (!isTold(info, this.#filter)) {
      if (inDoubt) this.#questions.doubt(id);
      else this.#questions.ask(id);
      return false;
    }
    this.#questions.drop(id);
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

  /** Resolves with whether there is something to judge by. */
  async #ask(id: string, signal: AbortSignal): Promise<boolean> {
    const asked = this.#all?.get(id);
    const failure = await this.#source.jobInfo(id, { outputTail: 0, signal }).then(nothing, asFailure);
    const info = this.#source.knownInfo(id, this.#looks);
    // A job that was removed a moment ago is no failure.
    if (!info) return false;
    if (isTold(info, this.#filter)) return true;
    if (failure) throw failure.cause;
    // What the engine itself cannot tell is not asked for again, unless the job has changed meanwhile.
    return this.#all?.get(id) !== asked;
  }

  #tellFirst(anyway = false): void {
    if (this.#told || (this.#questions.areOpen && !anyway)) return;
    this.#told = true;
    const { failure } = this.#questions;
    this.#subscriber.next({ ...asFirst(this.#view), ...(failure !== undefined && { failure }) });
    this.#questions.repeat();
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
