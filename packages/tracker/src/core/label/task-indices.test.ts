import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import type { TaskIndices } from '@docker-tracker/drmaa2';
import { MAX_TASKS, taskIndices } from './task-indices.js';

describe('taskIndices', () => {
  it.each<[TaskIndices, readonly number[]]>([
    [{ begin: 1, end: 3 }, [1, 2, 3]],
    [{ begin: 2, end: 9, step: 3, maxParallel: 0 }, [2, 5, 8]],
    [{ begin: 5, end: 5, step: 7 }, [5]],
  ])('counts %j', (range, indices) => {
    expect(taskIndices(range)).toEqual(indices);
  });
  it('counts to its limit and no further', () => {
    expect(taskIndices({ begin: 1, end: MAX_TASKS })).toHaveLength(MAX_TASKS);
    expect(() => taskIndices({ begin: 1, end: MAX_TASKS + 1 })).toThrow(
      'the array has 10001 tasks; accepted: at most 10000',
    );
  });
  it.each<[string, TaskIndices]>([
    ['begin', { begin: 0, end: 1 }],
    ['begin', { begin: 1.5, end: 2 }],
    ['begin', { begin: Number.NaN, end: 2 }],
    ['end', { begin: 2, end: 1 }],
    ['end', { begin: 1, end: Infinity }],
    ['step', { begin: 1, end: 2, step: 0 }],
    ['step', { begin: 1, end: 2, step: -1 }],
    ['maxParallel', { begin: 1, end: 2, maxParallel: -1 }],
  ])('refuses a bad %s: %j', (named, range) => {
    expect(() => taskIndices(range)).toThrow(Drmaa2Error);
    expect(() => taskIndices(range)).toThrow(new RegExp(`^${named} is `));
  });
});
