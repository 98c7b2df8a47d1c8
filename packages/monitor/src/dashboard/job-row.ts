import type { JobSnapshot } from '@docker-tracker/tracker';
import type { StateSpan } from './dashboard-source.js';
import type { RowChange, Span } from './feed-message.js';

type Plain = Record<string, unknown>;

/** A snapshot without what a page has no use for. */
export function visibleFacts(job: JobSnapshot): Omit<JobSnapshot, 'removed'> {
  const { removed: _, ...facts } = job;
  return facts;
}

/** What of `after` a page that shows `before` does not know; `undefined` where that is nothing. */
export function rowChange(before: JobSnapshot, after: JobSnapshot, spans: readonly Span[]): RowChange | undefined {
  const [old, now] = [visibleFacts(before) as unknown as Plain, visibleFacts(after) as unknown as Plain];
  const change: Plain = {};
  for (const name of Object.keys({ ...old, ...now })) {
    if (old[name] !== now[name]) change[name] = now[name] ?? null;
  }
  if (spans.length > 0) change.spans = spans;
  return Object.keys(change).length === 0 ? undefined : ({ id: after.id, ...change } as RowChange);
}

export function spansOf(timeline: readonly StateSpan[]): Span[] {
  return timeline.map(({ state, from, subState }) => [state, Date.parse(from), subState]);
}
