import { describe, expect, it } from 'vitest';
import { said } from './onlooker.js';
import { Rig } from './rig.js';

const limit = (seconds: number): { readonly resourceLimits: Readonly<Record<string, string>> } => ({
  resourceLimits: { WALLCLOCK_TIME: String(seconds) },
});

describe('WALLCLOCK_TIME', () => {
  it('ends a job that takes longer, suspended time included, and lets another be', async () => {
    await using rig = await Rig.open({ suspend: 'pause' });
    const long = await rig.sleeper(limit(1));
    const short = await rig.tracker.addJob(rig.template(['true'], limit(1)));
    await rig.tracker.jobControl(long, 'suspend');
    const ended = await rig.tracker.wait(long, ['Failed']);
    expect(ended).toMatchObject({ state: 'Failed', subState: 'wallclock-limit', exitStatus: 137 });
    expect((await rig.tracker.jobInfo(long)).wallclockTime).toBeGreaterThanOrEqual(0.9);
    expect(await rig.tracker.jobState(short)).toEqual({ state: 'Done', subState: '' });
  });

  it('asks first where the job is terminated by its stop signal', async () => {
    await using rig = await Rig.open({ terminate: 'stop' });
    const id = await rig.waiter(5, limit(2));
    await said(rig.tracker, id, 'bye');
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ subState: 'wallclock-limit', exitStatus: 5 });
  });

  it('is kept by the tracker that opens the session again', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper(limit(2));
    await rig.tracker.close();
    const again = await rig.another();
    expect(await again.wait(id, ['Failed'])).toMatchObject({ subState: 'wallclock-limit', exitStatus: 137 });
  });

  it('leaves no timer behind when the tracker is closed', async () => {
    await using rig = await Rig.open();
    const timers = (): number => process.getActiveResourcesInfo().filter((kind) => kind === 'Timeout').length;
    await rig.sleeper(limit(3600));
    await rig.sleeper(limit(3600));
    const armed = timers();
    await rig.tracker.close();
    expect(timers()).toBeLessThanOrEqual(armed - 2);
  });
});
