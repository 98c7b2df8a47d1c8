import type { JobState } from '@docker-tracker/drmaa2';
import type { JobRow, PatchMessage, RowChange, SnapshotMessage, Span } from '../../src/dashboard/feed-message.js';
import { nameOf, STATES, type Job } from './job.js';

/** More states than this of one job are no longer drawn. */
const MOST_SPANS = 200;

/** The jobs, made of a snapshot and patches. It tells nobody; whoever applied says so. */
export class JobStore {
  readonly jobs = new Map<string, Job>();
  readonly counts: Record<JobState, number> = noCounts();

  replace({ jobs }: Pick<SnapshotMessage, 'jobs'>): void {
    this.jobs.clear();
    Object.assign(this.counts, noCounts());
    for (const row of jobs) this.#put(row);
  }

  apply({ added = [], changed = [], removed = [] }: PatchMessage): void {
    for (const row of added) this.#put(row);
    for (const change of changed) this.#change(change);
    for (const id of removed) this.#take(id);
  }

  #put(row: JobRow): void {
    this.#take(row.id);
    this.jobs.set(row.id, jobOf(row));
    this.counts[row.state] += 1;
  }

  #take(id: string): void {
    const job = this.jobs.get(id);
    if (!job) return;
    this.jobs.delete(id);
    this.counts[job.state] -= 1;
  }

  #change({ id, spans = [], ...news }: RowChange): void {
    const before = this.jobs.get(id);
    if (!before) return;
    const { text: _, ...facts } = before;
    const row: Record<string, unknown> = { ...facts };
    for (const [name, value] of Object.entries(news)) {
      if (value === null) Reflect.deleteProperty(row, name);
      else row[name] = value;
    }
    const job = jobOf({ ...(row as unknown as JobRow), spans: joined(before.spans, spans) });
    this.jobs.set(id, job);
    this.counts[before.state] -= 1;
    this.counts[job.state] += 1;
  }
}

/** A span that a snapshot has told already may come once more in a patch. */
function joined(spans: Span[], more: readonly Span[]): Span[] {
  for (const span of more) {
    const last = spans.at(-1);
    if (!last || span[1] > last[1] || (span[1] === last[1] && span[0] !== last[0])) spans.push(span);
  }
  if (spans.length > MOST_SPANS) spans.splice(0, spans.length - MOST_SPANS);
  return spans;
}

function jobOf({ spans, ...row }: JobRow): Job {
  const text = [nameOf(row), row.containerName, row.session, row.category, row.id, row.subState]
    .join('\n')
    .toLowerCase();
  return { ...row, spans: spans as Span[], text };
}

function noCounts(): Record<JobState, number> {
  return Object.fromEntries(STATES.map((state) => [state, 0])) as Record<JobState, number>;
}
