import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DockerTracker } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from '../real-engine/rig.js';
import { ChangeLog, firstThat, MonitorRig } from './monitor-rig.js';

describe('a monitor', () => {
  it('sees the jobs of all sessions, and tells them apart', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const other = await rig.another({ session: `${rig.session}-other` });
    const ids = [await rig.sleeper(), await other.addJob(rig.template(['sleep', '600']))];
    for (const [index, session] of [rig.session, other.session].entries()) {
      // The other tracker has an Engine of its own, so its writes are not this watch's.
      const view = await firstThat(monitor.jobs$({ session, state: 'Running' }), (jobs) => jobs.size === 1);
      expect([...view.values()]).toMatchObject([{ id: ids[index], session, state: 'Running' }]);
      expect([...monitor.snapshot({ session }).keys()]).toEqual([ids[index]]);
    }
    expect([...monitor.snapshot().keys()]).toEqual(expect.arrayContaining(ids));
    expect(await monitor.jobInfo(ids[1]!)).toMatchObject({ id: ids[1], state: 'Running' });
    expect(await monitor.jobTemplate(ids[1]!)).toMatchObject({ remoteCommand: 'sleep' });
  });

  it('tells what enters a filter and what leaves it', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const filter = { session: rig.session, state: 'Running' } as const;
    const log = new ChangeLog(monitor.changes$(filter));
    const id = await rig.sleeper();
    await firstThat(monitor.counts$(filter), ({ total }) => total === 1);
    await rig.tracker.jobControl(id, 'suspend');
    await firstThat(monitor.counts$(filter), ({ total }) => total === 0);
    await rig.tracker.jobControl(id, 'resume');
    await rig.tracker.jobControl(id, 'terminate');
    const counts = await firstThat(monitor.counts$({ session: rig.session }), ({ byState }) => byState.Failed === 1);
    expect(counts).toMatchObject({ total: 1, byState: { Running: 0, Failed: 1 } });
    expect(monitor.snapshot(filter).size).toBe(0);
    await rig.tracker.deleteJob(id);
    await firstThat(monitor.counts$({ session: rig.session }), ({ total }) => total === 0);
    log.stop();
    expect(log.lines.filter((line) => !line.startsWith('changed'))).toEqual([
      'added Running',
      'removed Suspended',
      'added Running',
      'removed Failed',
    ]);
  });

  it('asks for what only an inspect tells of a job that had ended before', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['true'], { extensionList: { user: 'nobody' } }));
    await rig.tracker.wait(id, ['Done']);
    const { finishTime = '' } = await rig.tracker.jobInfo(id);
    await rig.tracker.close();
    await using monitor = await DockerMonitor.open({ host: engineHost() });
    const { session } = rig;
    expect(monitor.snapshot({ session, jobOwner: 'nobody' }).size).toBe(0);
    const view = await firstValueFrom(monitor.jobs$({ session, jobOwner: 'nobody', finishTime }));
    expect([...view.keys()]).toEqual([id]);
    expect(monitor.snapshot({ session, jobOwner: 'nobody' }).size).toBe(1);
    expect((await firstValueFrom(monitor.jobs$({ session, finishTime: '2100-01-01T00:00:00Z' }))).size).toBe(0);
  });

  it('finds jobs by what only their template has', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const { session } = rig;
    const { NCPU: slots } = await rig.engine.info();
    const night = await rig.sleeper({ queueName: 'night', minSlots: slots });
    await rig.sleeper();
    await firstThat(monitor.jobs$({ session, state: 'Running' }), (jobs) => jobs.size === 2);
    for (const filter of [{ queueName: 'night' }, { queueName: 'night', slots }]) {
      expect([...(await firstValueFrom(monitor.jobs$({ session, ...filter }))).keys()]).toEqual([night]);
      expect([...monitor.snapshot({ session, ...filter }).keys()]).toEqual([night]);
    }
    expect(monitor.snapshot({ session, queueName: 'day' }).size).toBe(0);
    expect(monitor.snapshot({ session, slots: slots + 1 }).size).toBe(0);
  });

  it('lets a job enter a filter when it has run long enough, though nothing happens to it', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const id = await rig.sleeper();
    const filter = { session: rig.session, wallclockTime: 3 };
    expect((await firstValueFrom(monitor.jobs$(filter))).size).toBe(0);
    await firstThat(monitor.jobs$(filter), (jobs) => jobs.has(id));
    expect((await monitor.jobInfo(id)).wallclockTime).toBeGreaterThanOrEqual(3);
  });

  it('controls a job through a tracker of its session, opened once', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const id = await rig.sleeper();
    const [tracker, again] = await Promise.all([monitor.tracker(rig.session), monitor.tracker(rig.session)]);
    expect(again).toBe(tracker);
    await tracker.jobControl(id, 'terminate');
    expect(monitor.snapshot().get(id)).toMatchObject({ state: 'Failed' });
    await monitor.close();
    await expect(tracker.jobInfo(id)).rejects.toMatchObject({ code: 'InvalidSession' });
    await expect(monitor.tracker(rig.session)).rejects.toMatchObject({ code: 'InvalidSession' });
    expect(() => monitor.snapshot()).toThrow(/closed/);
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ state: 'Failed' });
  });

  it('refuses a filter that it does not understand, naming what it takes', async () => {
    await using both = await MonitorRig.open();
    const { monitor } = both;
    const bad = [{ colour: 'red' }, { state: 'running' }, { finishTime: 'yesterday' }, { session: 7 }, { slots: 1.5 }];
    for (const filter of bad) {
      expect(() => monitor.jobs$(filter as never)).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
    }
    expect(() => monitor.snapshot({ state: 'running' } as never)).toThrow(
      'the filter\'s state is "running"; it takes a job state such as Running',
    );
  });
});

describe('a monitor opened on a watch that has run for long', () => {
  it('sees that a job of another session was stopped before, by signal or by pause', async () => {
    await using rig = await Rig.open();
    const [stopped, paused] = [await rig.sleeper(), await rig.sleeper()];
    await rig.tracker.jobControl(stopped, 'suspend');
    await rig.engine.containers.pause(paused);
    await using engine = await Engine.connect({ host: engineHost() });
    await using tracker = await DockerTracker.open({ engine, session: `${rig.session}-other` });
    expect(tracker.snapshot().size).toBe(0);
    await using monitor = await DockerMonitor.open({ tracker });
    const states = [stopped, paused].map((id) => monitor.snapshot().get(id));
    expect(states).toMatchObject([
      { state: 'Suspended', subState: 'stopped' },
      { state: 'Suspended', subState: 'paused' },
    ]);
  });
});

describe('the scope', () => {
  it('jobs: sees no container without a session', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const stranger = await rig.createForeign();
    const id = await rig.sleeper();
    await firstThat(monitor.jobs$(), (jobs) => jobs.has(id));
    expect(monitor.snapshot().has(stranger)).toBe(false);
    await expect(monitor.jobInfo(stranger)).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('containers: sees every container of the engine, from its creation to its removal', async () => {
    await using both = await MonitorRig.open({ scope: 'containers' });
    const { rig, monitor } = both;
    const job = await rig.sleeper();
    const stranger = await rig.createForeign({ Cmd: ['sh', '-c', 'exit 3'] });
    await firstThat(monitor.jobs$(), (jobs) => jobs.has(job) && jobs.has(stranger));
    expect(monitor.snapshot().get(stranger)).toMatchObject({ session: '', state: 'Undetermined', subState: 'created' });
    await rig.engine.containers.start(stranger);
    const ended = await firstThat(monitor.job$(stranger), ({ state }) => state === 'Failed');
    expect(ended).toMatchObject({ exitStatus: 3 });
    await rig.engine.containers.remove(stranger);
    await firstThat(monitor.jobs$(), (jobs) => !jobs.has(stranger));
  });
});

describe('the event stream', () => {
  it('is one for a monitor and the trackers of its engine, and goes with the last of them', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using engine = await Engine.connect({ host: proxy.host });
    await using both = await MonitorRig.open({ rig: { engine } });
    await both.monitor.tracker(`${both.rig.session}-third`);
    // Not those with an end: they read the engine's memory.
    expect(proxy.requests.filter(({ route, path }) => route === '/events' && !path.includes('until='))).toHaveLength(1);
    await both.rig.tracker.close();
    const stranger = await both.rig.create();
    await firstThat(both.monitor.jobs$(), (jobs) => jobs.has(stranger));
    await both.monitor.close();
    await expect.poll(() => proxy.openConnections, { timeout: 30_000 }).toBe(0);
  });
});
