import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { said } from './onlooker.js';
import { engineHost, Rig } from './rig.js';

const limit = (seconds: number): { readonly resourceLimits: Readonly<Record<string, string>> } => ({
  resourceLimits: { WALLCLOCK_TIME: String(seconds) },
});

describe('WALLCLOCK_TIME', () => {
  it('ends a job that takes longer, suspended time included, and lets another be', async () => {
    await using rig = await Rig.open({ suspend: 'pause' });
    const long = await rig.sleeper(limit(3));
    const short = await rig.tracker.addJob(rig.template(['true'], limit(3)));
    await rig.tracker.jobControl(long, 'suspend');
    const ended = await rig.tracker.wait(long, ['Failed']);
    expect(ended).toMatchObject({ state: 'Failed', subState: 'wallclock-limit', exitStatus: 137 });
    expect((await rig.tracker.jobInfo(long)).wallclockTime).toBeGreaterThanOrEqual(2.9);
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

/** Soon enough to wait for, late enough for a job to be submitted and seen before. */
const soon = (ms = 4_000): { readonly deadlineTime: Date } => ({ deadlineTime: new Date(Date.now() + ms) });

describe('deadlineTime', () => {
  it('ends a job that still runs then, and lets one be that is over', async () => {
    await using rig = await Rig.open();
    const { deadlineTime } = soon();
    const long = await rig.sleeper({ deadlineTime });
    const short = await rig.tracker.addJob(rig.template(['true'], { deadlineTime }));
    const ended = await rig.tracker.wait(long, ['Failed']);
    expect(ended).toMatchObject({ subState: 'deadline-exceeded', exitStatus: 137 });
    expect(Date.parse((await rig.inspect(long)).State.FinishedAt)).toBeGreaterThanOrEqual(deadlineTime.getTime());
    expect(await rig.tracker.jobState(short)).toEqual({ state: 'Done', subState: '' });
  });

  it('cancels a job that waits, held or for its turn, which then never starts, for every tracker', async () => {
    await using rig = await Rig.open();
    const held = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true, ...soon() }));
    const { tracker } = rig;
    const array = await tracker.addArrayJob(rig.template(['sleep', '600'], soon()), {
      begin: 1,
      end: 2,
      maxParallel: 1,
    });
    const [running = '', waiting = ''] = tracker.listArrayJobs(array);
    for (const id of [held, waiting]) {
      expect(await tracker.wait(id, ['Failed'])).toMatchObject({ subState: 'deadline-exceeded' });
      expect((await rig.inspect(id)).State.StartedAt).toMatch(/^0001-/);
    }
    expect(await tracker.wait(running, ['Failed'])).toMatchObject({ subState: 'deadline-exceeded', exitStatus: 137 });
    const again = await rig.another();
    expect(await again.jobState(held)).toEqual({ state: 'Failed', subState: 'deadline-exceeded' });
  });

  it('is made up for by the tracker that opens the session after it', async () => {
    await using rig = await Rig.open();
    const { deadlineTime } = soon();
    const running = await rig.sleeper({ deadlineTime });
    const held = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true, deadlineTime }));
    await rig.tracker.close();
    // The engine's own clock is waited for by a job that ends after the deadline.
    await using later = await Rig.open();
    const past = await later.tracker.addJob(later.sh('exit 0', { startTime: deadlineTime }));
    await later.tracker.wait(past, ['Done']);
    const again = await rig.another();
    for (const id of [running, held]) {
      expect(await again.wait(id, ['Failed'])).toMatchObject({ subState: 'deadline-exceeded' });
    }
  });

  it.each([
    ['one that has passed', { deadlineTime: '2020-01-01T00:00:00Z' }, 'deadlineTime is "2020-01-01T00:00:00Z"'],
    [
      'one that is not after startTime',
      { startTime: '2999-01-01T00:00:00Z', deadlineTime: '2999-01-01T00:00:00Z' },
      'a time after startTime',
    ],
  ])('is refused before anything is created: %s', async (_which, times, words) => {
    await using rig = await Rig.open();
    const refused = rig.tracker.addJob(rig.sh('exit 0', times));
    await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
    await expect(refused).rejects.toThrow(words);
    expect(rig.tracker.listJobs()).toEqual([]);
  });
});

describe('CPU_TIME', () => {
  const cpu = { resourceLimits: { CPU_TIME: '1' } };

  it('ends a job whose processes have used it up together, though none has alone', async () => {
    await using rig = await Rig.open();
    const burst = 'i=0; while [ $i -lt 20000 ]; do i=$((i+1)); done';
    const id = await rig.tracker.addJob(rig.sh(`while :; do sh -c '${burst}'; done`, cpu));
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ subState: 'cpu-time-limit', exitStatus: 137 });
    expect((await rig.tracker.jobInfo(id)).cpuTime).toBeGreaterThanOrEqual(1);
  });

  it('says so also of a process that the kernel ended for it', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('sh -c "while :; do :; done"; exit $?', cpu));
    const { exitStatus = 0, subState } = await rig.tracker.wait(id, ['Failed']);
    expect(subState).toBe('cpu-time-limit');
    expect([137, 152]).toContain(exitStatus);
  });

  it('holds one stream of samples while the job runs, shared with whoever looks, and none for a job without the limit', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host });
    const limited = await rig.waiter(0, cpu);
    const other = await rig.waiter(0);
    await firstValueFrom(rig.tracker.usage$(limited));
    expect(proxy.count(`GET /containers/${limited}/stats`)).toBe(1);
    expect(proxy.count(`GET /containers/${other}/stats`)).toBe(0);
    await rig.tracker.jobControl(limited, 'terminate');
    expect(await rig.tracker.wait(limited, ['Failed'])).toMatchObject({ subState: 'signal:SIGKILL' });
  });
});
