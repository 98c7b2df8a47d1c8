import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { FakeEngine } from '../fake-engine/index.js';
import { rejection, Rig, SESSION_LABEL, sleeping } from './rig.js';

const LIST = 'GET /containers/json';
const JOB = { Image: 'busybox:latest', Cmd: ['sleep', '3600'], HostConfig: { NetworkMode: 'none' } };

describe('a list that is out of date when it arrives', () => {
  it('F32: misses nothing that happens while the first one is held', async () => {
    await using fake = await FakeEngine.start();
    const labels = { Labels: { [SESSION_LABEL]: 'held' } };
    await using other = await DockerTracker.open({ session: 'held', host: fake.host, network: 'none' });
    const running = await other.addJob(sleeping());
    const ending = await other.addJob(sleeping());
    const removed = await other.addJob(sleeping());
    const list = fake.hold(LIST);
    const opening = DockerTracker.open({ session: 'held', host: fake.host });
    await list.first;
    await fake.exit(ending, 5);
    await fake.exit(removed, 0);
    await fake.jobs.forget(removed);
    const created = await fake.jobs.create({ ...JOB, ...labels, name: 'created-meanwhile' });
    const begun = await other.addJob(sleeping());
    list.release();
    await using tracker = await opening;

    const states = [...tracker.snapshot().values()].map(({ id, state, exitStatus }) => [id, [state, exitStatus]]);
    expect(Object.fromEntries(states)).toEqual({
      [running]: ['Running', undefined],
      [ending]: ['Failed', 5],
      [created]: ['Undetermined', undefined],
      [begun]: ['Running', undefined],
    });
  });

  it('F32: does not show a job that had ended and is removed while the first one is held', async () => {
    await using fake = await FakeEngine.start();
    await using other = await DockerTracker.open({ session: 'held', host: fake.host, network: 'none' });
    const stays = await other.addJob(sleeping());
    const removed = await other.addJob(sleeping());
    for (const id of [stays, removed]) await fake.exit(id, 0);
    await other.wait(removed, ['Done']);
    const list = fake.hold(LIST);
    await using engine = await Engine.connect({ host: fake.host });
    const opening = DockerTracker.open({ session: 'held', engine });
    await list.first;
    await other.deleteJob(removed);
    // what the engine sends later arrives later: the removal is in the stream before the list's answer
    await engine.ping();
    list.release();
    await using tracker = await opening;
    expect(tracker.listJobs()).toEqual([stays]);
  });

  it('F32: lists once more where during the first one an event came that is impossible unless something was missed', async () => {
    await using fake = await FakeEngine.start();
    await using engine = await Engine.connect({ host: fake.host });
    const list = fake.hold(LIST);
    const opening = DockerTracker.open({ session: 'held', engine });
    await list.first;
    const Labels = { [SESSION_LABEL]: 'held' };
    const id = await fake.jobs.create({ ...JOB, Labels, name: 'created-meanwhile' });
    const attributes = { ...Labels, name: 'created-meanwhile', image: JOB.Image };
    // Nothing is paused that was not started.
    await fake.emit({ type: 'container', action: 'pause', actorId: id, attributes });
    // What the engine sends later arrives later: the event is in the stream before this answer.
    await engine.ping();
    expect(list.requests.length).toBe(1);
    list.release();
    await using tracker = await opening;
    await firstValueFrom(tracker.freshness$.pipe(filter((freshness) => freshness === 'live')));
    expect(fake.count(LIST)).toBe(2);
    expect(tracker.listJobs()).toEqual([id]);
  });

  it('F32: misses nothing between the answer to /events and the subscription', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const subscription = rig.fake.holdSubscriptions();
    const healed = rig.nextLive();
    rig.fake.cutStreams();
    await rig.fake.nextRequest((request) => request.route === '/events' && !request.query.has('until'));
    await rig.fake.exit(id, 6);
    subscription.release();
    await healed;
    rig.ledger.expectEndings(new Map([[id, 6]]));
  });

  it('F34: a list from before the end does not bring an ended job back', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const list = rig.fake.hold(LIST);
    const healed = rig.nextLive();
    rig.fake.cutStreams();
    await list.first;
    await rig.fake.exit(id, 7);
    list.release();
    await healed;
    expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 7 });
    rig.ledger.expectEndings(new Map([[id, 7]]));
  });

  it('F34: an inspect from before the end does not bring an ended job back', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const inspect = rig.fake.hold(`GET /containers/${id}/json`);
    await rig.onlooker.containers.update(id, { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } });
    await inspect.first;
    const ended = rig.tracker.wait(id, ['Failed']);
    await rig.fake.exit(id, 7);
    inspect.release();
    expect(await ended).toMatchObject({ exitStatus: 7 });
    await rig.tracker.jobInfo(id);
    expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 7 });
    rig.ledger.expectEndings(new Map([[id, 7]]));
  });

  it('F34: an inspect that is asked during a sync tells of no run before what came between was told', async () => {
    await using fake = await FakeEngine.start();
    await using proxy = await EngineProxy.start({ upstream: fake.host });
    await using engine = await Engine.connect({ host: proxy.host });
    await using rig = await Rig.on(fake, { engine });
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    const late = proxy.hold('GET /events', { underWay: true });
    await rig.onlooker.containers.restart(id, { t: 0 });
    await rig.onlooker.containers.kill(id);
    // One more session makes the watch list again; what the engine remembers is held up as well.
    const replayed = proxy.waitForRequest(({ path }) => path.includes('until='));
    const opening = DockerTracker.open({ session: 'more', engine });
    await replayed;
    // The engine refuses it, and is asked why.
    await rejection(rig.tracker.jobControl(id, 'suspend'));
    late.release();
    await using _more = await opening;
    expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 137 });
    expect(rig.ledger.endings(id).map(({ job }) => job.exitStatus)).toEqual([137, 137]);
    rig.ledger.expectUnbroken();
  });

  it('F34: a list from before a start takes no job away', async () => {
    await using rig = await Rig.open();
    const list = rig.fake.hold(LIST);
    const healed = rig.nextLive();
    rig.fake.cutStreams();
    await list.first;
    const id = await rig.tracker.addJob(sleeping());
    list.release();
    await healed;
    expect(rig.job(id)?.state).toBe('Running');
  });
});
