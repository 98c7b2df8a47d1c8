import type { JobState } from '@docker-tracker/drmaa2';
import { beginOf, durationOf, nameOf, outcomeOf, STATES, type Job } from './job.js';

export type SortKey = 'state' | 'name' | 'session' | 'category' | 'started' | 'duration' | 'outcome';

export interface ListQuery {
  readonly search: string;
  /** Empty: all. */
  readonly states: ReadonlySet<JobState>;
  /** Undefined: all. */
  readonly session: string | undefined;
  readonly sort: SortKey;
  readonly descending: boolean;
}

type Comparable = string | number;

/** Ids of the jobs that a query finds, in its order. */
export function listJobs(jobs: ReadonlyMap<string, Job>, query: ListQuery, nowMs: number): string[] {
  const words = query.search.toLowerCase().split(/\s+/).filter(Boolean);
  const found: { readonly id: string; readonly key: Comparable; readonly begin: number }[] = [];
  for (const job of jobs.values()) {
    if (query.states.size > 0 && !query.states.has(job.state)) continue;
    if (query.session !== undefined && job.session !== query.session) continue;
    if (!words.every((word) => job.text.includes(word))) continue;
    found.push({ id: job.id, key: sortKey(job, query.sort, nowMs), begin: beginOf(job) ?? 0 });
  }
  const sign = query.descending ? -1 : 1;
  // Of jobs that are alike the newest first, always in the same order whatever else changes.
  found.sort((a, b) => sign * compare(a.key, b.key) || b.begin - a.begin || compare(a.id, b.id));
  return found.map(({ id }) => id);
}

/** The sessions there are, sorted. */
export function sessionsOf(jobs: ReadonlyMap<string, Job>): string[] {
  const sessions = new Set<string>();
  for (const { session } of jobs.values()) sessions.add(session);
  return [...sessions].sort();
}

function sortKey(job: Job, sort: SortKey, nowMs: number): Comparable {
  switch (sort) {
    case 'state':
      return STATES.indexOf(job.state);
    case 'name':
      return nameOf(job).toLowerCase();
    case 'session':
      return job.session;
    case 'category':
      return job.category;
    case 'started':
      return beginOf(job) ?? 0;
    case 'duration':
      return durationOf(job, nowMs) ?? -1;
    case 'outcome':
      return outcomeOf(job);
  }
}

function compare(a: Comparable, b: Comparable): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
