import { describe, expect, it } from 'vitest';
import type { JobRow } from '../../src/dashboard/feed-message.js';
import { reasonOf, type Job } from './job.js';
import { listJobs, type ListQuery } from './job-list.js';
import { JobStore } from './job-store.js';

const QUERY: ListQuery = { search: '', states: new Set(), session: undefined, sort: 'name', descending: false };

describe('JobStore', () => {
  it('adds patches to a snapshot, counts included', () => {
    const store = new JobStore();
    store.replace({ jobs: [row('a', { state: 'Running' }), row('b', { state: 'Queued', subState: 'waiting-slot' })] });
    store.apply({
      added: [row('c', { state: 'Done', exitStatus: 0 })],
      changed: [{ id: 'b', state: 'Running', subState: '', spans: [['Running', 5, '']] }],
      removed: ['a', 'unknown'],
    });
    expect([...store.jobs.keys()]).toEqual(['b', 'c']);
    expect(store.jobs.get('b')).toMatchObject({ state: 'Running', subState: '', spans: [['Running', 5, '']] });
    expect(store.counts).toMatchObject({ Running: 1, Queued: 0, Done: 1 });
  });

  it('forgets a fact that a patch takes back', () => {
    const store = new JobStore();
    store.replace({ jobs: [row('a', { state: 'Failed', exitStatus: 3 })] });
    store.apply({ changed: [{ id: 'a', state: 'Running', exitStatus: null }] });
    expect(store.jobs.get('a')).not.toHaveProperty('exitStatus');
  });

  it('takes a span once that both snapshot and patch told', () => {
    const store = new JobStore();
    store.replace({ jobs: [row('a', { spans: [['Running', 5, '']] })] });
    store.apply({
      changed: [
        {
          id: 'a',
          spans: [
            ['Running', 5, ''],
            ['Suspended', 6, 'stopped'],
          ],
        },
      ],
    });
    expect(store.jobs.get('a')?.spans).toEqual([
      ['Running', 5, ''],
      ['Suspended', 6, 'stopped'],
    ]);
  });

  it('has nothing left of before after a new snapshot', () => {
    const store = new JobStore();
    store.replace({ jobs: [row('a', {})] });
    store.replace({ jobs: [row('b', { state: 'Done' })] });
    expect([...store.jobs.keys()]).toEqual(['b']);
    expect(store.counts).toMatchObject({ Running: 0, Done: 1 });
  });
});

describe('listJobs', () => {
  it.each<[string, Partial<ListQuery>, string[]]>([
    ['all', {}, ['a', 'b', 'c']],
    ['by words of any fact', { search: 'OTHER b' }, ['b']],
    ['by states', { states: new Set(['Done', 'Failed']) }, ['b', 'c']],
    ['by session', { session: 'other' }, ['b', 'c']],
    ['the other way round', { descending: true }, ['c', 'b', 'a']],
    ['by how long they ran', { sort: 'duration' }, ['c', 'b', 'a']],
    ['none', { search: 'nowhere' }, []],
  ])('finds %s', (_, query, ids) => {
    const store = new JobStore();
    store.replace({
      jobs: [
        row('a', { startedAt: time(0) }),
        row('b', { state: 'Done', session: 'other', startedAt: time(1), finishedAt: time(3) }),
        row('c', { state: 'Failed', session: 'other', startedAt: time(1), finishedAt: time(2) }),
      ],
    });
    expect(listJobs(store.jobs, { ...QUERY, ...query }, 9_000)).toEqual(ids);
  });
});

describe('reasonOf', () => {
  it.each<[Partial<JobRow>, string]>([
    [{ state: 'Done', exitStatus: 0 }, 'Exited with status 0'],
    [{ state: 'Failed', exitStatus: 3 }, 'Exited with status 3'],
    [
      { state: 'Failed', exitStatus: 137, subState: 'oom-killed' },
      'Killed by the kernel, out of memory, exit status 137',
    ],
    [
      { state: 'Failed', exitStatus: 137, subState: 'signal:SIGKILL', terminatingSignal: 'SIGKILL' },
      'Ended by SIGKILL, exit status 137',
    ],
    [{ state: 'Failed', subState: 'start-failed', error: 'no such file' }, 'Could not be started: no such file'],
    [{ state: 'Undetermined', subState: 'lost' }, 'Its container is gone and its end was not seen'],
    [{ state: 'Undetermined', subState: 'dead' }, 'dead'],
  ])('of %j says exactly why', (facts, reason) => {
    expect(reasonOf(row('a', facts) as unknown as Job)).toBe(reason);
  });
});

function row(id: string, more: Partial<JobRow>): JobRow {
  return { id, session: 's', state: 'Running', subState: '', containerName: id, category: 'image', spans: [], ...more };
}

function time(seconds: number): string {
  return new Date(seconds * 1_000).toISOString();
}
