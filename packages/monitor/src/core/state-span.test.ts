import type { JobInfo } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { MOST_SPANS, spansBefore, withSpan, type StateSpan } from './state-span.js';

const at = (second: number): string => `2026-11-25T23:00:${String(second).padStart(2, '0')}.000000000Z`;
const span = (state: StateSpan['state'], from: number): StateSpan => ({ state, subState: '', from: at(from) });

describe('withSpan', () => {
  it('ends the last span where the next begins', () => {
    expect(withSpan(withSpan([], span('Queued', 1)), span('Running', 2))).toEqual([
      { ...span('Queued', 1), to: at(2) },
      span('Running', 2),
    ]);
  });

  it('keeps the youngest', () => {
    let spans: readonly StateSpan[] = [];
    for (let turn = 0; turn < 200; turn += 1)
      spans = withSpan(spans, span(turn % 2 ? 'Running' : 'Suspended', turn % 60));
    expect(spans).toHaveLength(MOST_SPANS);
    expect(spans.at(-1)).toEqual(span('Running', 199 % 60));
  });
});

describe('spansBefore', () => {
  const info = (changed: Partial<JobInfo>): JobInfo => ({ subState: '', ...changed }) as JobInfo;

  it('tells of an ended job its run and its end', () => {
    expect(
      spansBefore(info({ state: 'Failed', subState: 'oom-killed', dispatchTime: at(1), finishTime: at(5) })),
    ).toEqual([
      { ...span('Running', 1), to: at(5) },
      { ...span('Failed', 5), subState: 'oom-killed' },
    ]);
    expect(spansBefore(info({ state: 'Failed', finishTime: at(5) }))).toEqual([span('Failed', 5)]);
  });

  it('tells of a job that runs since when, and of one that waits since its submission', () => {
    expect(spansBefore(info({ state: 'Running', submissionTime: at(0), dispatchTime: at(1) }))).toEqual([
      span('Running', 1),
    ]);
    expect(spansBefore(info({ state: 'Queued', submissionTime: at(0) }))).toEqual([span('Queued', 0)]);
  });

  it('tells nothing of what is not known', () => {
    expect(spansBefore(info({ state: 'Done' }))).toEqual([]);
    expect(spansBefore(info({ state: 'Running' }))).toEqual([]);
  });
});
