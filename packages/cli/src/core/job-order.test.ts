import type { JobSnapshot } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { newestFirst } from './job-order.js';

const job = (id: string, more: Partial<JobSnapshot>): JobSnapshot => ({
  ...{ id, session: 's', state: 'Running', subState: '', containerName: id, category: 'image', removed: false },
  ...more,
});
const task = (id: string, taskIndex: number, startedAt?: string): JobSnapshot =>
  job(id, { arrayKey: 'array', taskIndex, ...(startedAt !== undefined && { startedAt }) });

describe('the order of jobs', () => {
  it('is by start, the newest first, what has not started before it and what never will behind it', () => {
    const jobs = [
      job('old', { startedAt: '2026-01-01T00:00:00.1Z' }),
      job('cancelled', { state: 'Failed' }),
      job('new', { startedAt: '2026-01-01T00:00:00.2Z' }),
      job('queued', { state: 'Queued' }),
    ];
    expect(newestFirst(jobs).map(({ id }) => id)).toEqual(['queued', 'new', 'old', 'cancelled']);
  });

  it('keeps the tasks of an array together, however they started, from whatever order they come', () => {
    const jobs = [
      job('between', { startedAt: '2026-01-01T00:00:02Z' }),
      task('a', 3, '2026-01-01T00:00:03Z'),
      task('b', 1, '2026-01-01T00:00:01Z'),
      task('c', 2),
      job('z', { state: 'QueuedHeld' }),
    ];
    for (const order of [jobs, [...jobs].reverse(), [...jobs.slice(2), ...jobs.slice(0, 2)]]) {
      expect(newestFirst(order).map(({ id }) => id)).toEqual(['b', 'c', 'a', 'z', 'between']);
    }
  });
});
