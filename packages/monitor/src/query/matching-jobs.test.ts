import type { JobInfo } from '@docker-tracker/drmaa2';
import { Drmaa2Error, JobView, type Freshness, type JobChanges, type JobSnapshot } from '@docker-tracker/tracker';
import fc from 'fast-check';
import { BehaviorSubject, Subject } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { monitorMatches, type MonitorFilter } from '../core/monitor-filter.js';
import { matchingJobs, type MatchingJobs, type QuerySource } from './matching-jobs.js';

/** A job as the engine has it; `told`: what only an inspect tells is known here, too. */
interface ModelJob {
  readonly session: string;
  readonly state: 'Queued' | 'Running' | 'Done';
  readonly jobOwner: string;
  readonly told: boolean;
  readonly inDoubt?: true;
}

/** A view of all jobs that does what it is told to. */
class ModelSource implements QuerySource {
  readonly jobs$ = new BehaviorSubject<ReadonlyMap<string, JobSnapshot>>(JobView.empty());
  readonly changes$ = new Subject<JobChanges>();
  readonly freshness$ = new BehaviorSubject<Freshness>('live');
  readonly jobs = new Map<string, ModelJob>();
  isAway = false;
  asked = 0;

  knownInfo(id: string): JobInfo | undefined {
    const job = this.jobs.get(id);
    return job && infoOf(id, job);
  }

  jobInfo(id: string): Promise<JobInfo> {
    this.asked += 1;
    const job = this.jobs.get(id);
    if (this.isAway || !job) return Promise.reject(new Drmaa2Error('DrmCommunication', 'away'));
    const told = { ...job, told: true };
    this.jobs.set(id, told);
    return Promise.resolve(infoOf(id, told));
  }

  /** One turn of the event loop; `undefined` removes. */
  turn(jobs: Readonly<Record<string, ModelJob | undefined>>): void {
    const changes = { added: [] as JobSnapshot[], changed: [] as JobSnapshot[], removed: [] as JobSnapshot[] };
    for (const [id, job] of Object.entries(jobs)) {
      const before = this.jobs.get(id);
      if (job) this.jobs.set(id, job);
      else this.jobs.delete(id);
      if (job) changes[before ? 'changed' : 'added'].push(snapshotOf(id, job));
      else if (before) changes.removed.push({ ...snapshotOf(id, before), removed: true });
    }
    this.jobs$.next(JobView.empty().next(new Map([...this.jobs].map(([id, job]) => [id, snapshotOf(id, job)]))));
    this.changes$.next(changes);
  }

  matching(filter: MonitorFilter): readonly string[] {
    const all = [...this.jobs].filter(([id, job]) =>
      monitorMatches(infoOf(id, { ...job, told: true }), job.session, filter),
    );
    return all.map(([id]) => id).sort();
  }
}

function snapshotOf(id: string, { session, state, inDoubt }: ModelJob): JobSnapshot {
  const job = { id, session, state, subState: '', containerName: id, category: 'image', removed: false };
  return inDoubt ? { ...job, inDoubt } : job;
}

function infoOf(id: string, { state, jobOwner, told }: ModelJob): JobInfo {
  const details = told
    ? { jobOwner, submissionTime: TIME, ...(state === 'Done' && { finishTime: TIME }) }
    : { jobOwner: '' };
  return { id, state, subState: '', allocatedMachines: [], slots: 1, extensionList: {}, ...details };
}

const TIME = '2026-11-25T23:00:00Z';
const ids = ['a', 'b', 'c', 'd'];
const modelJob: fc.Arbitrary<ModelJob> = fc.record({
  session: fc.constantFrom('one', 'two'),
  state: fc.constantFrom('Queued', 'Running', 'Done'),
  jobOwner: fc.constantFrom('root', 'nobody'),
  told: fc.boolean(),
});
const turn = fc.dictionary(fc.constantFrom(...ids), fc.option(modelJob, { nil: undefined, freq: 4 }), { maxKeys: 4 });
const filters = fc.constantFrom<MonitorFilter | undefined>(
  undefined,
  {},
  { session: 'one' },
  { state: 'Running' },
  { session: 'two', state: 'Done' },
  { jobOwner: 'nobody' },
  { jobOwner: 'nobody', state: 'Running', session: 'one' },
);

/** Follows a query and checks each step: its changes turn the view before into its own. */
function follow(source: QuerySource, filter: MonitorFilter | undefined): { steps: MatchingJobs[]; stop: () => void } {
  const steps: MatchingJobs[] = [];
  const shown = new Map<string, JobSnapshot>();
  const subscription = matchingJobs(source, filter).subscribe((step) => {
    const { added, changed, removed } = step.changes;
    for (const { id } of added) expect(shown.has(id)).toBe(false);
    for (const { id } of [...changed, ...removed]) expect(shown.has(id)).toBe(true);
    for (const job of [...added, ...changed]) shown.set(job.id, job);
    for (const { id } of removed) shown.delete(id);
    expect(new Map(step.view)).toEqual(shown);
    steps.push(step);
  });
  return {
    steps,
    stop: () => {
      subscription.unsubscribe();
    },
  };
}

const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('matchingJobs', () => {
  it('shows, after any turns, exactly the jobs that match, and tells how it came to them', async () => {
    await fc.assert(
      fc.asyncProperty(filters, turn, fc.array(turn, { maxLength: 8 }), async (filter, before, turns) => {
        const source = new ModelSource();
        source.turn(before);
        const { steps, stop } = follow(source, filter);
        for (const jobs of turns) {
          source.turn(jobs);
          await settled();
          expect([...(steps.at(-1)?.view.keys() ?? [])].sort()).toEqual(source.matching(filter ?? {}));
        }
        stop();
        expect([source.jobs$.observed, source.changes$.observed, source.freshness$.observed]).not.toContain(true);
      }),
      { numRuns: 300 },
    );
  });

  it('tells its first view once all that the filter looks at is known', async () => {
    const source = new ModelSource();
    source.turn({ a: { session: 'one', state: 'Done', jobOwner: 'nobody', told: false } });
    const { steps, stop } = follow(source, { jobOwner: 'nobody' });
    expect(steps).toHaveLength(0);
    await settled();
    expect(steps.map(({ view }) => [...view.keys()])).toEqual([['a']]);
    stop();
  });

  it('asks again for what the engine could not tell while it was away', async () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: { session: 'one', state: 'Done', jobOwner: 'nobody', told: false } });
    const { steps, stop } = follow(source, { jobOwner: 'nobody' });
    await settled();
    expect(steps.map(({ view }) => view.size)).toEqual([0]);
    source.isAway = false;
    source.freshness$.next('stale');
    source.freshness$.next('live');
    await settled();
    expect(steps.at(-1)?.changes.added).toMatchObject([{ id: 'a' }]);
    stop();
  });

  it('says why its first view may lack a job, and nothing of one that was removed meanwhile', async () => {
    const untold = { session: 'one', state: 'Done', jobOwner: 'nobody', told: false } as const;
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: untold });
    const { steps, stop } = follow(source, { jobOwner: 'nobody' });
    await settled();
    expect(steps).toMatchObject([{ failure: { code: 'DrmCommunication' } }]);
    stop();
    const others = follow(source, { jobOwner: 'nobody' });
    source.turn({ a: undefined });
    await settled();
    expect(others.steps.map(({ failure }) => failure)).toEqual([undefined]);
    others.stop();
  });

  it('is silent about changes of jobs that do not match', () => {
    const source = new ModelSource();
    const job = { session: 'one', state: 'Queued', jobOwner: 'root', told: true } as const;
    const { steps, stop } = follow(source, { state: 'Running' });
    source.turn({ a: job });
    source.turn({ a: { ...job, state: 'Done' } });
    source.turn({ a: undefined });
    expect(steps).toHaveLength(1);
    stop();
  });

  it('completes with its source, the first view told before', () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: { session: 'one', state: 'Done', jobOwner: 'nobody', told: false } });
    const told: string[] = [];
    matchingJobs(source, { jobOwner: 'nobody' }).subscribe({
      next: ({ view }) => told.push(`view of ${String(view.size)}`),
      complete: () => told.push('complete'),
    });
    source.changes$.complete();
    expect(told).toEqual(['view of 0', 'complete']);
  });
});

describe('a question that the engine does not answer', () => {
  const untold = { session: 'one', state: 'Done', jobOwner: 'nobody', told: false } as const;
  const filter = { jobOwner: 'nobody' };

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('is asked again with pauses until it is answered, and then no more', async () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: untold });
    const { steps, stop } = follow(source, filter);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toBeGreaterThanOrEqual(60 / 5);
    expect(source.asked).toBeLessThan(60 / 2.5 + 8);
    source.isAway = false;
    await vi.advanceTimersByTimeAsync(5_000);
    expect(steps.map(({ changes }) => changes.added.length)).toEqual([0, 1]);
    expect(vi.getTimerCount()).toBe(0);
    stop();
  });

  it('is not asked again while the engine is away, and at once when it is back', async () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: untold });
    source.freshness$.next('stale');
    const { stop } = follow(source, filter);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toBe(1);
    source.freshness$.next('live');
    expect(source.asked).toBe(2);
    stop();
  });

  it('is asked no more once the job is gone, or nobody looks', async () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: untold, b: untold });
    const { stop } = follow(source, filter);
    await settled();
    expect(vi.getTimerCount()).toBe(2);
    source.turn({ a: undefined });
    expect(vi.getTimerCount()).toBe(1);
    stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it('is left to the watch where the job is in doubt, and holds up no first view', async () => {
    const source = new ModelSource();
    source.isAway = true;
    source.turn({ a: { ...untold, inDoubt: true } });
    const { steps, stop } = follow(source, filter);
    expect(steps).toMatchObject([{ failure: { code: 'DrmCommunication' } }]);
    source.freshness$.next('live');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(source.asked).toBe(0);
    source.turn({ a: { ...untold, told: true } });
    expect(steps.at(-1)?.changes.added).toMatchObject([{ id: 'a' }]);
    stop();
  });

  it('is let go of when the job comes to be in doubt', () => {
    const source = new ModelSource();
    source.jobInfo = () => new Promise(() => undefined);
    source.turn({ a: untold });
    const { steps, stop } = follow(source, filter);
    expect(steps).toHaveLength(0);
    source.turn({ a: { ...untold, inDoubt: true } });
    expect(steps).toMatchObject([{ failure: { code: 'DrmCommunication' } }]);
    stop();
  });
});
