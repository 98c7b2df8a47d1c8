import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { exiting, Rig, sleeping } from './rig.js';

const limits = (resourceLimits: Readonly<Record<string, string>>, more: object = {}): ReturnType<typeof sleeping> =>
  sleeping({ resourceLimits, ...more });

describe('what a session does by itself at a moment', () => {
  it('is done again after the engine refused it: a time limit is kept', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(limits({ WALLCLOCK_TIME: '1' }));
    const kill = `POST /containers/${id}/kill`;
    rig.fake.fail(kill);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ subState: 'wallclock-limit', exitStatus: 137 });
    expect(rig.fake.count(kill)).toBe(2);
    rig.ledger.expectEndings(new Map([[id, 137]]));
  });

  it('is done again after the engine refused it: a job that has expired is removed', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(exiting(3, { extensionList: { ttl: '1' } }));
    const removal = `DELETE /containers/${id}`;
    rig.fake.fail(removal);
    await rig.tracker.wait(id, ['Failed']);
    // It completes when the job is removed.
    await lastValueFrom(rig.tracker.job$(id));
    expect(rig.fake.count(removal)).toBe(2);
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'removed' });
  });

  it('is done again after the engine refused it: CPU time that is used up ends the job with the next sample', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(limits({ CPU_TIME: '1' }));
    const kill = `POST /containers/${id}/kill`;
    rig.fake.fail(kill);
    rig.fake.setStats(id, { cpuNs: 5_000_000_000 });
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ subState: 'cpu-time-limit', exitStatus: 137 });
    expect(rig.fake.count(kill)).toBe(2);
    rig.ledger.expectEndings(new Map([[id, 137]]));
  });
});

describe('the wallclock time of a job', () => {
  it('does not go on between two runs of a restart policy, and begins anew with the next', async () => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await rig.tracker.addJob(limits({ WALLCLOCK_TIME: '1' }, { extensionList: { restart: 'always' } }));
    await rig.fake.exit(id, 1);
    await rig.tracker.wait(id, ['Queued']);
    // A job that began later has had its time: so would this one.
    const other = await rig.tracker.addJob(limits({ WALLCLOCK_TIME: '1' }));
    await rig.tracker.wait(other, ['Failed']);
    expect(rig.job(id)).toMatchObject({ state: 'Queued', subState: 'restarting' });
    expect(rig.fake.count(`POST /containers/${id}/kill`)).toBe(0);
    rig.fake.advance(5_000);
    await rig.fake.policyRestart(id);
    await rig.tracker.wait(id, ['Running']);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 137 });
    expect(rig.fake.count(`POST /containers/${id}/kill`)).toBe(1);
  });
});
