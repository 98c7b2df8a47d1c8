import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { JobRecord } from '../core/job/job-record.js';
import { WaitingLine } from './waiting-line.js';

function waiting(id: string, firstSeen: number, labels: Readonly<Record<string, string>> = {}): JobRecord {
  return { id, firstSeen, labels } as JobRecord;
}

function task(id: string, firstSeen: number, index: number, priority = 0): JobRecord {
  const labels = { drmaa2_arraykey: 'array', drmaa2_taskid: String(index), drmaa2_priority: String(priority) };
  return waiting(id, firstSeen, labels);
}

const order = (line: WaitingLine): readonly string[] => [...line.groups()].flat().map(({ id }) => id);

describe('the waiting line', () => {
  it('has jobs of a higher priority first, then those that were submitted before', () => {
    const line = new WaitingLine();
    line.add(waiting('late', 3));
    line.add(waiting('early', 1));
    line.add(waiting('urgent', 4, { drmaa2_priority: '7' }));
    line.add(waiting('idle', 2, { drmaa2_priority: '-7' }));
    expect(order(line)).toEqual(['urgent', 'early', 'late', 'idle']);
  });

  it('has the tasks of an array together, by index', () => {
    const line = new WaitingLine();
    line.add(task('b', 2, 2));
    line.add(waiting('other', 3));
    line.add(task('c', 4, 10));
    line.add(task('a', 5, 1));
    expect([...line.groups()].map((jobs) => jobs.map(({ id }) => id))).toEqual([['a', 'b', 'c'], ['other']]);
  });

  it('keeps what is known last, and the place', () => {
    const line = new WaitingLine();
    line.add(waiting('a', 1));
    line.add(waiting('b', 2));
    const again = { ...waiting('a', 1), at: 7n };
    line.add(again);
    expect([...line.groups()].flat()[0]).toBe(again);
    expect(line.size).toBe(2);
  });

  it('is in the same order however jobs came and went', () => {
    const jobs = fc.uniqueArray(
      fc.record({
        index: fc.nat(30),
        priority: fc.integer({ min: -2, max: 2 }),
        array: fc.boolean(),
        leaves: fc.boolean(),
      }),
      { selector: ({ index }) => index, maxLength: 30 },
    );
    fc.assert(
      fc.property(jobs, (drawn) => {
        const line = new WaitingLine();
        const records = drawn.map(({ index, priority, array }, firstSeen) =>
          array
            ? task(String(index), firstSeen, index, 1)
            : waiting(String(index), firstSeen, { drmaa2_priority: String(priority) }),
        );
        for (const record of records) line.add(record);
        drawn.forEach(({ index, leaves }) => {
          if (leaves) line.delete(String(index));
        });
        const anew = new WaitingLine();
        const stays = records.filter((_, place) => drawn[place]?.leaves === false);
        for (const record of stays) anew.add(record);
        expect([...order(line)].sort()).toEqual(stays.map(({ id }) => id).sort());
        const groups = [...line.groups()];
        const priorities = groups.map(([first]) => Number(first?.labels.drmaa2_priority));
        expect(priorities).toEqual([...priorities].sort((one, other) => other - one));
      }),
    );
  });
});
