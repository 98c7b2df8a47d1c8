import { formatTimestamp } from '@docker-tracker/drmaa2';
import type { EngineJobs, JobTransition } from '@docker-tracker/tracker';
import { Subscription } from 'rxjs';
import { spansBefore, withSpan, type StateSpan } from '../core/state-span.js';

/** Removed jobs whose history is kept; a watch remembers as many. */
const REMOVED = 1024;

/** The histories of jobs that changed since the monitor was opened, and what is known of the others. */
export class JobTimelines {
  readonly #jobs: EngineJobs;
  readonly #spans = new Map<string, readonly StateSpan[]>();
  readonly #removed = new Set<string>();
  readonly #following = new Subscription();

  constructor(jobs: EngineJobs) {
    this.#jobs = jobs;
    this.#following.add(
      jobs.transitions$.subscribe((transition) => {
        this.#add(transition);
      }),
    );
    this.#following.add(
      jobs.changes$.subscribe(({ removed }) => {
        for (const { id } of removed) this.#forgetLater(id);
      }),
    );
  }

  timeline(id: string): readonly StateSpan[] {
    const spans = this.#spans.get(id);
    const info = this.#jobs.knownInfo(id, { template: false });
    if (!spans) return info ? spansBefore(info) : [];
    const last = spans.at(-1);
    // What a state is due to is often known a moment after the state.
    if (!last || info?.state !== last.state || info.subState === last.subState) return spans;
    return [...spans.slice(0, -1), { ...last, subState: info.subState }];
  }

  close(): void {
    this.#following.unsubscribe();
  }

  #add({ jobId, from, to, at, job }: JobTransition): void {
    const time = formatTimestamp(at);
    const before = this.#spans.get(jobId) ?? this.#first(from, job.startedAt);
    this.#spans.set(jobId, withSpan(before, { state: to, subState: job.subState, from: time }));
  }

  /** A job that ran when it was first seen has run since its start; when others got their state was not seen. */
  #first(state: JobTransition['from'], startedAt: string | undefined): readonly StateSpan[] {
    const began = state === 'Running' || state === 'Suspended' ? startedAt : undefined;
    return began === undefined ? [] : [{ state, subState: '', from: began }];
  }

  #forgetLater(id: string): void {
    if (!this.#spans.has(id)) return;
    this.#removed.add(id);
    const [oldest] = this.#removed;
    if (this.#removed.size <= REMOVED || oldest === undefined) return;
    this.#removed.delete(oldest);
    if (!this.#jobs.snapshot().has(oldest)) this.#spans.delete(oldest);
  }
}
