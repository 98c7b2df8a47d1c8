import { describe, expect, it } from 'vitest';
import type { JobFilter } from '../job-filter.js';
import type { JobTemplate } from '../job-template.js';
import type { JobSession } from './job-session.js';
import { SessionManager } from './session-manager.js';
import { MemoryDrms } from './test-support/memory-drms.test.support.js';

const SLEEP: JobTemplate = { remoteCommand: 'sleep', args: ['1'] };

interface Opened {
  readonly drms: MemoryDrms;
  readonly manager: SessionManager;
  readonly session: JobSession;
}

async function openSession(): Promise<Opened> {
  const drms = new MemoryDrms();
  const manager = new SessionManager(drms);
  return { drms, manager, session: await manager.createJobSession('work') };
}

describe('a job session', () => {
  it('runs a job through all that can be done to it', async () => {
    const { drms, session } = await openSession();
    const job = await session.runJob({ ...SLEEP, submitAsHold: true });
    expect(job.sessionName).toBe('work');
    expect((await job.getState()).state).toBe('QueuedHeld');
    await job.release();
    await job.hold();
    await job.release();
    drms.move(job.id, 'Running');
    await job.waitStarted();
    await job.suspend();
    expect((await job.getState()).state).toBe('Suspended');
    await job.resume();
    await job.terminate();
    await job.waitTerminated();
    expect(await job.getJobInfo()).toMatchObject({ id: job.id, state: 'Failed' });
    expect(await job.getJobTemplate()).toEqual({ ...SLEEP, submitAsHold: true });
    await job.reap();
    expect(await job.getState()).toMatchObject({ state: 'Undetermined' });
    await expect(job.getJobInfo()).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(await session.getJobs()).toEqual([]);
  });

  it('copies the template that it is given', async () => {
    const { session } = await openSession();
    const template = { remoteCommand: 'sleep', args: ['1'] };
    const submitted = session.runJob(template);
    template.args[0] = '2';
    expect((await (await submitted).getJobTemplate()).args).toEqual(['1']);
    const uncopied = { remoteCommand: () => 'sleep' } as unknown as JobTemplate;
    await expect(session.runJob(uncopied)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('passes on why a job is refused', async () => {
    const { session } = await openSession();
    await expect(session.runJob({})).rejects.toMatchObject({ code: 'InvalidArgument' });
    const job = await session.runJob(SLEEP);
    await expect(job.reap()).rejects.toMatchObject({ code: 'InvalidState' });
    await expect(job.resume()).rejects.toMatchObject({ code: 'InvalidState' });
  });

  it('knows an array again by its id, and controls its tasks as one', async () => {
    const { session } = await openSession();
    const array = await session.runBulkJobs(SLEEP, { begin: 1, end: 3 });
    expect(array.getJobs()).toHaveLength(3);
    const again = await session.getJobArray(array.id);
    expect(again.sessionName).toBe('work');
    expect(await again.getJobTemplate()).toEqual(SLEEP);
    await again.hold();
    await again.release();
    await array.terminate();
    const states = await Promise.all(again.getJobs().map((job) => job.getState()));
    expect(states.map(({ state }) => state)).toEqual(['Failed', 'Failed', 'Failed']);
    await expect(array.suspend()).rejects.toMatchObject({ code: 'InvalidState' });
    await expect(array.resume()).rejects.toMatchObject({ code: 'InvalidState' });
    for (const job of array.getJobs().slice(0, 2)) await job.reap();
    expect(await array.getJobTemplate()).toEqual(SLEEP);
    await array.getJobs().at(-1)?.reap();
    await expect(array.getJobTemplate()).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(session.getJobArray(array.id)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('refuses what is no array, and an array of another session', async () => {
    const { manager, session } = await openSession();
    await expect(session.getJobArray('doesNotExist')).rejects.toMatchObject({ code: 'InvalidArgument' });
    const other = await manager.createJobSession('other');
    const array = await other.runBulkJobs(SLEEP, { begin: 1, end: 2 });
    await expect(session.getJobArray(array.id)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('waits for whichever job gets there first, and ends the other waits', async () => {
    const { drms, session } = await openSession();
    const jobs = [await session.runJob(SLEEP), await session.runJob(SLEEP), await session.runJob(SLEEP)];
    const started = session.waitAnyStarted(jobs);
    const ended = session.waitAnyTerminated(jobs);
    drms.move(jobs[1]!.id, 'Running');
    expect(await started).toBe(jobs[1]);
    drms.move(jobs[2]!.id, 0);
    expect(await ended).toBe(jobs[2]);
    expect(await session.waitAnyStarted(jobs, { timeoutMs: 0 })).toBe(jobs[1]);
    expect(drms.watchers.size).toBe(0);
  });

  it('counts a suspended and an ended job as started', async () => {
    const { drms, session } = await openSession();
    const [suspended, ended] = [await session.runJob(SLEEP), await session.runJob(SLEEP)];
    drms.move(suspended.id, 'Running');
    await suspended.suspend();
    drms.move(ended.id, 1);
    await suspended.waitStarted({ timeoutMs: 0 });
    await ended.waitStarted({ timeoutMs: 0 });
    await expect(suspended.waitTerminated({ timeoutMs: 0 })).rejects.toMatchObject({ code: 'Timeout' });
  });

  it('tells why no job of a list can be waited for', async () => {
    const { drms, manager, session } = await openSession();
    const jobs = [await session.runJob(SLEEP), await session.runJob(SLEEP)];
    await expect(session.waitAnyStarted([])).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(session.waitAnyStarted(jobs, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'Timeout' });
    await expect(session.waitAnyTerminated(jobs, { timeoutMs: 1 })).rejects.toMatchObject({ code: 'Timeout' });
    const foreign = await (await manager.createJobSession('other')).runJob(SLEEP);
    await expect(session.waitAnyStarted([...jobs, foreign])).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(foreign.id),
    });
    await expect(session.waitAnyStarted(['job-1' as never])).rejects.toMatchObject({ code: 'InvalidArgument' });
    drms.move(jobs[0]!.id, 0);
    await jobs[0]!.reap();
    await expect(session.waitAnyTerminated([jobs[0]!])).rejects.toMatchObject({ code: 'InvalidArgument' });
    // One that was reaped leaves the question to the other.
    const ended = session.waitAnyTerminated(jobs);
    drms.move(jobs[1]!.id, 0);
    expect(await ended).toBe(jobs[1]);
  });

  it('rejects with the reason of an abort, and listens to the signal no longer', async () => {
    const { drms, session } = await openSession();
    const jobs = [await session.runJob(SLEEP)];
    const abort = new AbortController();
    const reason = new Error('enough');
    const ended = session.waitAnyTerminated(jobs, { signal: abort.signal });
    abort.abort(reason);
    await expect(ended).rejects.toBe(reason);
    await expect(session.waitAnyTerminated(jobs, { signal: abort.signal })).rejects.toBe(reason);
    expect(drms.watchers.size).toBe(0);
  });

  it('answers InvalidSession to everything once it is closed, also to those who wait', async () => {
    const { drms, manager, session } = await openSession();
    const job = await session.runJob(SLEEP);
    const array = await session.runBulkJobs(SLEEP, { begin: 1, end: 2 });
    const waits = [job.waitStarted(), job.waitTerminated(), session.waitAnyTerminated([job])].map((wait) =>
      expect(wait).rejects.toMatchObject({ code: 'InvalidSession' }),
    );
    await session.close();
    await Promise.all(waits);
    expect(drms.openTrackers).toBe(0);
    const calls: (() => unknown)[] = [
      () => session.runJob(SLEEP),
      () => session.runBulkJobs(SLEEP, { begin: 1, end: 2 }),
      () => session.getJobs(),
      () => session.getJobArray(array.id),
      () => session.getJobCategories(),
      () => session.waitAnyStarted([job]),
      () => session.waitAnyTerminated([job]),
      () => session.close(),
      () => manager.closeJobSession(session),
      () => job.getState(),
      () => job.getJobInfo(),
      () => job.getJobTemplate(),
      () => job.suspend(),
      () => job.resume(),
      () => job.hold(),
      () => job.release(),
      () => job.terminate(),
      () => job.reap(),
      () => job.waitStarted(),
      () => job.waitTerminated(),
      () => array.getJobs(),
      () => array.getJobTemplate(),
      () => array.suspend(),
      () => array.resume(),
      () => array.hold(),
      () => array.release(),
      () => array.terminate(),
    ];
    for (const call of calls) {
      const outcome = Promise.resolve().then(call);
      await expect(outcome, call.toString()).rejects.toMatchObject({ code: 'InvalidSession' });
    }
    expect([session.sessionName, job.sessionName, array.sessionName]).toEqual(['work', 'work', 'work']);
    expect(await (await manager.openJobSession('work')).getJobs()).toHaveLength(3);
  });

  it('finds the jobs that match a filter, and refuses a filter that means nothing', async () => {
    const { drms, session } = await openSession();
    const jobs = await Promise.all(Array.from({ length: 20 }, () => session.runJob(SLEEP)));
    drms.move(jobs[3]!.id, 0);
    drms.move(jobs[5]!.id, 1);
    drms.move(jobs[17]!.id, 0);
    const idsOf = async (filter: JobFilter): Promise<readonly string[]> =>
      (await session.getJobs(filter)).map(({ id }) => id);
    expect(await idsOf({ state: 'Done' })).toEqual([jobs[3]!.id, jobs[17]!.id]);
    expect(await idsOf({ exitStatus: 1 })).toEqual([jobs[5]!.id]);
    expect(await idsOf({ id: jobs[7]!.id })).toEqual([jobs[7]!.id]);
    expect(await idsOf({ id: jobs[7]!.id, state: 'Done' })).toEqual([]);
    expect(await idsOf({})).toHaveLength(20);
    await expect(session.getJobs({ state: 'Gone' as 'Done' })).rejects.toMatchObject({ code: 'InvalidArgument' });
    const looking = session.getJobs({ state: 'Done' });
    drms.jobs.delete(jobs[17]!.id);
    expect((await looking).map(({ id }) => id)).toEqual([jobs[3]!.id]);
  });

  it('lists the categories of its jobs', async () => {
    const { session } = await openSession();
    expect(await session.getJobCategories()).toEqual(['plain']);
  });
});
