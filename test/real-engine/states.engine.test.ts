import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { converged, jobWhere, TransitionLog } from './convergence.js';
import { said } from './onlooker.js';
import { Rig } from './rig.js';

const NANO = 1_000_000_000;

describe('F45: the states of a job', () => {
  it('Queued (starting) comes before Running, and both are told', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.sleeper();
    expect(log.of(id).map(({ from, to, job }) => [from, to, job.subState])).toEqual([
      ['Undetermined', 'Queued', 'starting'],
      ['Queued', 'Running', ''],
    ]);
  });

  it('Suspended (stopped) is what SIGSTOP makes of it, which an inspect calls running', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await rig.tracker.jobControl(id, 'suspend');
    expect((await rig.inspect(id)).State.Status).toBe('running');
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Suspended', subState: 'stopped' });
    await rig.tracker.jobControl(id, 'resume');
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Running', subState: '' });
  });

  it.each(['the tracker’s option', 'the template’s extension'])(
    'Suspended (paused) is what a pause makes of it, asked for by %s',
    async (by) => {
      const byOption = by === 'the tracker’s option';
      await using rig = await Rig.open(byOption ? { suspend: 'pause' } : {});
      const id = await rig.sleeper(byOption ? {} : { extensionList: { suspend: 'pause' } });
      await rig.tracker.jobControl(id, 'suspend');
      expect((await rig.inspect(id)).State.Status).toBe('paused');
      expect(await rig.tracker.jobState(id)).toEqual({ state: 'Suspended', subState: 'paused' });
      await rig.tracker.jobControl(id, 'resume');
      expect((await rig.inspect(id)).State.Status).toBe('running');
      expect(await rig.tracker.jobState(id)).toEqual({ state: 'Running', subState: '' });
    },
  );

  it('Suspended lasts while it is paused or stopped, whichever ends first', async () => {
    await using rig = await Rig.open();
    const { containers } = rig.engine;
    const id = await rig.sleeper();
    await containers.kill(id, { signal: 'SIGSTOP' });
    await containers.pause(id);
    await jobWhere(rig.tracker, id, ({ subState }) => subState === 'paused');
    await containers.unpause(id);
    await jobWhere(rig.tracker, id, ({ subState }) => subState === 'stopped');
    await containers.kill(id, { signal: 'SIGCONT' });
    expect(await rig.tracker.wait(id, ['Running'])).toMatchObject({ subState: '' });
    await converged(rig.tracker, rig.engine, [id]);
  });

  it('resume ends a stop and a pause together', async () => {
    await using rig = await Rig.open();
    const { containers } = rig.engine;
    const id = await rig.sleeper();
    await containers.kill(id, { signal: 'SIGSTOP' });
    await containers.pause(id);
    await jobWhere(rig.tracker, id, ({ subState }) => subState === 'paused');
    await rig.tracker.jobControl(id, 'resume');
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Running', subState: '' });
    await converged(rig.tracker, rig.engine, [id]);
  });

  it('Done and Failed are exit codes zero and not zero', async () => {
    await using rig = await Rig.open();
    const [good, bad] = await Promise.all([
      rig.tracker.addJob(rig.template(['true'])),
      rig.tracker.addJob(rig.template(['false'])),
    ]);
    expect(await rig.tracker.wait(good, ['Done', 'Failed'])).toMatchObject({ state: 'Done', exitStatus: 0 });
    expect(await rig.tracker.wait(bad, ['Done', 'Failed'])).toMatchObject({ state: 'Failed', exitStatus: 1 });
    expect(await rig.tracker.jobState(bad)).toEqual({ state: 'Failed', subState: '' });
  });

  it('Failed (oom-killed) is a job that the kernel killed', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({
      Cmd: ['sh', '-c', 'a=x; while :; do a=$a$a; done'],
      HostConfig: { Memory: 16 * 1024 * 1024, MemorySwap: 16 * 1024 * 1024 },
    });
    await rig.engine.containers.start(id);
    expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ state: 'Failed', exitStatus: 137 });
    await jobWhere(rig.tracker, id, ({ subState }) => subState === 'oom-killed');
  });

  it('Queued (restarting) is a job that its policy will run again', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 1', { extensionList: { restart: 'always' } }));
    await rig.events.seen({ action: 'die', id, count: 4 });
    await jobWhere(rig.tracker, id, ({ state, subState }) => state === 'Queued' && subState === 'restarting');
    await rig.tracker.jobControl(id, 'terminate');
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Failed');
  });

  it('Failed (start-failed) is a container that could not be started, and says why', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Cmd: ['/no/such/command'], Labels: { drmaa2_dispatch: 'x' } });
    await expect(rig.engine.containers.start(id)).rejects.toMatchObject({ status: 400 });
    const later = await rig.another();
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Failed', subState: 'start-failed' });
    expect((await later.jobInfo(id)).annotation).toContain('no such file or directory');
  });

  it('Failed (cancelled) is a job that was terminated before it began', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Labels: { drmaa2_dispatch: 'x' } });
    expect((await rig.tracker.jobState(id)).state).toBe('Queued');
    await rig.tracker.jobControl(id, 'terminate');
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'cancelled' });
    expect((await rig.inspect(id)).State.Status).toBe('created');
    await rig.tracker.deleteJob(id);
    expect(await rig.containers()).toEqual([]);
  });

  it('Running (unhealthy) is what its health check says', async () => {
    await using rig = await Rig.open();
    const Healthcheck = { Test: ['CMD', 'test', '-e', '/well'], Interval: NANO, Timeout: 5 * NANO, Retries: 1 };
    const id = await rig.create({ Healthcheck });
    await rig.engine.containers.start(id);
    await jobWhere(rig.tracker, id, ({ state, subState }) => state === 'Running' && subState === 'unhealthy');
    const later = await rig.another();
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Running', subState: 'unhealthy' });
    const { containers } = rig.engine;
    const { Id } = await containers.exec.create(id, { Cmd: ['touch', '/well'] });
    await containers.exec.startDetached(Id);
    await jobWhere(rig.tracker, id, ({ subState }) => subState === '');
  });
});

describe('F45: a job whose container goes away', () => {
  it('is the end that was seen, (removed), when somebody else removes it', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 3'));
    await rig.tracker.wait(id, ['Failed']);
    const gone = jobGone(rig, id);
    await rig.engine.containers.remove(id);
    await gone;
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'removed' });
    expect(rig.tracker.listJobs()).toEqual([]);
    expect(await rig.tracker.jobInfo(id)).toMatchObject({ state: 'Failed', exitStatus: 3 });
  });

  it('ends by the kill when somebody else removes it by force while it runs', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.sleeper();
    const ended = rig.tracker.wait(id, ['Done', 'Failed']);
    await rig.engine.containers.remove(id, { force: true });
    expect(await ended).toMatchObject({ state: 'Failed', exitStatus: 137 });
    expect(log.endings(id)).toHaveLength(1);
  });

  it('is unknown to a tracker that opens after it went', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await rig.tracker.close();
    await rig.engine.containers.remove(id, { force: true });
    const later = await rig.another();
    expect(await later.jobState(id)).toEqual({ state: 'Undetermined', subState: 'unknown' });
    await expect(later.wait(id, ['Done'])).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('a created one that is removed is lost, and a wait for it rejects with the job', async () => {
    await using rig = await Rig.open();
    const id = await rig.create();
    const waiting = rig.tracker.wait(id, ['Done', 'Failed']);
    waiting.catch(() => undefined);
    expect((await rig.tracker.jobState(id)).state).toBe('Undetermined');
    await rig.engine.containers.remove(id);
    await expect(waiting).rejects.toMatchObject({ code: 'InvalidState', job: { id, subState: 'lost', removed: true } });
  });
});

describe('F45: a job that is run again by hand', () => {
  it('goes from its end to Running, and to an end of its own', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const script = 'if [ -e /tmp/again ]; then exit 0; fi; touch /tmp/again; exit 3';
    const id = await rig.tracker.addJob(rig.sh(script));
    await rig.tracker.wait(id, ['Failed']);
    // An ended job cannot become Done any more, says a wait that looks before the new run is seen.
    const again = firstValueFrom(rig.tracker.transitions$.pipe(filter(({ to }) => to === 'Running')));
    await rig.engine.containers.start(id);
    await again;
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
    await converged(rig.tracker, rig.engine, [id]);
    expect(log.states(id)).toEqual(['Queued', 'Running', 'Failed', 'Running', 'Done']);
    expect(log.breaks()).toEqual([]);
  });

  it('by restart has an ending and a new run', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.waiter(5);
    await said(rig.tracker, id, 'ready');
    await rig.engine.containers.restart(id, { t: 60 });
    await rig.events.seen({ action: 'restart', id });
    await converged(rig.tracker, rig.engine, [id]);
    expect(log.states(id)).toEqual(['Queued', 'Running', 'Failed', 'Running']);
    expect(log.endings(id)[0]?.job).toMatchObject({ exitStatus: 5 });
    expect(rig.tracker.snapshot().get(id)?.exitStatus).toBeUndefined();
  });
});

async function jobGone(rig: Rig, id: string): Promise<void> {
  await new Promise<void>((resolve) => rig.tracker.job$(id).subscribe({ complete: resolve }));
}
