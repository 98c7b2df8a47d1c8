import { Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import { JobListeners } from './job-listeners.js';

function job(id: string): JobSnapshot {
  return { id, session: 's', state: 'Running', subState: '', containerName: id, category: 'busybox', removed: false };
}

describe('JobListeners', () => {
  it('tells of a job those who listen to it, and nobody else, until they leave', () => {
    const each$ = new Subject<JobSnapshot>();
    const listeners = new JobListeners(each$);
    const told: string[] = [];
    const leave = listeners.listen('a', ({ id }) => told.push(`first ${id}`));
    listeners.listen('a', ({ id }) => told.push(`second ${id}`));
    listeners.listen('b', ({ id }) => told.push(`other ${id}`));
    each$.next(job('a'));
    leave();
    each$.next(job('a'));
    each$.next(job('c'));
    expect(told).toEqual(['first a', 'second a', 'second a']);
    listeners.close();
    expect(each$.observed).toBe(false);
  });

  it('still tells the others when one leaves while they are told, and whoever came meanwhile from the next change on', () => {
    const each$ = new Subject<JobSnapshot>();
    const listeners = new JobListeners(each$);
    const told: string[] = [];
    const leave = listeners.listen('a', () => {
      leave();
      listeners.listen('a', () => told.push('late'));
    });
    listeners.listen('a', () => told.push('other'));
    each$.next(job('a'));
    each$.next(job('a'));
    expect(told).toEqual(['other', 'other', 'late']);
    listeners.close();
  });
});
