import { describe, expect, it } from 'vitest';
import { event } from '../core/job/test-support/observations.test.support.js';
import { JobRecords, TOMBSTONE_LIMIT } from './job-records.js';

function endAndRemove(records: JobRecords, id: string): void {
  for (const action of ['start', 'die', 'destroy'] as const) {
    const second = { start: 10, die: 11, destroy: 12 }[action];
    records.fold(event(action, second, { id, ...(action === 'die' && { exitCode: 3 }) }));
  }
}

describe('the memory of jobs whose containers are gone', () => {
  it('has the end of each, and the view has none of them', () => {
    const records = new JobRecords();
    endAndRemove(records, 'a');
    expect(records.tombstone('a')).toMatchObject({ id: 'a', removed: true, run: { phase: 'ended', exitCode: 3 } });
    expect([records.get('a'), records.size, [...records.values()]]).toEqual([undefined, 0, []]);
  });

  it('is bounded: the oldest go', () => {
    const records = new JobRecords();
    for (let index = 0; index < TOMBSTONE_LIMIT + 2; index += 1) endAndRemove(records, `job-${String(index)}`);
    const known = [0, 1, 2, TOMBSTONE_LIMIT + 1].map((index) => records.tombstone(`job-${String(index)}`)?.id);
    expect(known).toEqual([undefined, undefined, 'job-2', `job-${String(TOMBSTONE_LIMIT + 1)}`]);
  });

  it('has nothing of a job that was deleted on request, nor of a session that nobody looks at', () => {
    const records = new JobRecords();
    endAndRemove(records, 'a');
    endAndRemove(records, 'b');
    records.forget('a');
    expect([records.tombstone('a'), records.tombstone('b')?.id]).toEqual([undefined, 'b']);
    endAndRemove(records, 'a');
    expect(records.tombstone('a')).toBeUndefined();
    records.drop(({ session }) => session === 'unit');
    expect(records.tombstone('b')).toBeUndefined();
  });
});
