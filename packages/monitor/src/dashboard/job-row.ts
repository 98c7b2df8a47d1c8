import type { JobSnapshot } from '@docker-tracker/tracker';
import type { StateSpan } from '../core/state-span.js';
import type { RowChange, Span } from './feed-message.js';

type Plain = Readonly<Record<string, unknown>>;

/** A snapshot without what a page has no use for. */
export function visibleFacts(job: JobSnapshot): Omit<JobSnapshot, 'removed'> {
  const { removed: _, ...facts } = job;
  return facts;
}

/** What of `after` a page that shows `before` does not know; `undefined` where that is nothing. */
export function rowChange(before: JobSnapshot, after: JobSnapshot, spans: readonly Span[]): RowChange | undefined {
  const old: Plain = { ...visibleFacts(before) };
  const now: Plain = { ...visibleFacts(after) };
  const changed = Object.keys({ ...old, ...now }).filter((name) => old[name] !== now[name]);
  if (changed.length === 0 && spans.length === 0) return undefined;
  const news = Object.fromEntries(changed.map((name) => [name, now[name] ?? null]));
  return { id: after.id, ...news, ...(spans.length > 0 && { spans }) };
}

export function spansOf(timeline: readonly StateSpan[]): Span[] {
  return timeline.map(({ state, from, subState }) => [state, Date.parse(from), subState]);
}
