import { Engine } from '@docker-tracker/engine-client';
import type { Freshness } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged, TransitionLog } from './convergence.js';
import { freshnessIs, forgetEvents, said } from './onlooker.js';
import { ProxiedRig } from './proxied-rig.js';
import { engineHost, Rig } from './rig.js';

describe('an event stream that is cut', () => {
  it('again and again while 20 jobs run loses no ending', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const cuts: number[] = [];
    rig.tracker.transitions$.subscribe(({ from }) => {
      if (from === 'Queued' && log.all.length % 4 === 0) cuts.push(proxy.cutEvents());
    });
    const codes = Array.from({ length: 20 }, (_, index) => index % 3);
    const ids = await Promise.all(codes.map((code) => rig.tracker.addJob(rig.sh(`exit ${String(code)}`))));
    const ended = await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, ids);
    expect(ended.map(({ exitStatus }) => exitStatus)).toEqual(codes);
    expect(ids.map((id) => log.endings(id).length)).toEqual(codes.map(() => 1));
    expect(log.breaks()).toEqual([]);
    expect(cuts.filter((cut) => cut > 0).length).toBeGreaterThan(1);
  });

  it('is told by freshness: stale, syncing, live', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const seen: Freshness[] = [];
    const subscription = rig.tracker.freshness$.subscribe((freshness) => seen.push(freshness));
    const stale = freshnessIs(rig.tracker, 'stale');
    expect(proxy.cutEvents()).toBe(1);
    await stale;
    await freshnessIs(rig.tracker, 'live');
    subscription.unsubscribe();
    expect(seen).toEqual(['live', 'stale', 'syncing', 'live']);
  });

  it('leaves what is asked for waiting, and a call that is aborted meanwhile ends', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const id = await rig.sleeper();
    await proxy.down();
    await freshnessIs(rig.tracker, 'stale');
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Running');
    const waiting = rig.tracker.wait(id, ['Failed']);
    await expect(rig.tracker.wait(id, ['Failed'], { signal: AbortSignal.timeout(1) })).rejects.toMatchObject({
      name: 'TimeoutError',
    });
    await expect(rig.tracker.addJob(rig.template(['true']))).rejects.toMatchObject({ code: 'DrmCommunication' });
    await rig.engine.containers.kill(id);
    await proxy.up();
    expect(await waiting).toMatchObject({ exitStatus: 137 });
  });
});

describe('a sync that is under way', () => {
  it('when its stream is cut does not call the view live', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const seen: Freshness[] = [];
    rig.tracker.freshness$.subscribe((freshness) => seen.push(freshness));
    const list = proxy.hold('GET /containers/json');
    proxy.cutEvents();
    await list.first;
    const events = proxy.hold('GET /events');
    proxy.cutEvents();
    await events.first;
    list.release();
    // by the same way, so that the list has arrived before
    await rig.tracker.listJobCategories();
    expect(seen).toEqual(['live', 'stale', 'syncing', 'stale']);
    events.release();
    await freshnessIs(rig.tracker, 'live');
    expect(seen).toEqual(['live', 'stale', 'syncing', 'stale', 'syncing', 'live']);
  });

  it('when the last tracker is closed ends with it', async () => {
    await using rig = await Rig.open();
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using engine = await Engine.connect({ host: proxy.host });
    const tracker = await rig.another({ engine });
    const list = proxy.hold('GET /containers/json');
    const abort = new AbortController();
    // one more session makes the watch list again
    const opening = rig.another({ engine, session: `${rig.session}-more`, signal: abort.signal });
    await list.first;
    abort.abort(new Error('given up'));
    await expect(opening).rejects.toThrow('given up');
    await tracker.close();
    list.release();
    await expect.poll(() => engine.connections, { timeout: 30_000 }).toBe(0);
  });
});

describe('a list that is held up', () => {
  it('F32: at the open does not hide a die that passes meanwhile', async () => {
    await using rig = await Rig.open();
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    const id = await rig.sleeper();
    const hold = proxy.hold('GET /containers/json');
    const opening = rig.another({ host: proxy.host });
    await hold.first;
    await rig.engine.containers.kill(id);
    await rig.tracker.wait(id, ['Failed']);
    hold.release();
    const later = await opening;
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Failed', exitStatus: 137 });
    await later.close();
  });

  it('F34: at a resync does not bring an ended job back to life', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const [id, idle] = await Promise.all([rig.sleeper(), rig.sleeper()]);
    const hold = proxy.hold('GET /containers/json');
    proxy.cutEvents();
    await hold.first;
    await rig.engine.containers.kill(id);
    await rig.tracker.wait(id, ['Failed']);
    hold.release();
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, [id, idle]);
    expect(log.states(id)).toEqual(['Queued', 'Running', 'Failed']);
    expect(log.states(idle)).toEqual(['Queued', 'Running']);
  });

  it('F34: does not hide a removal, nor make a job out of one that is gone', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const id = await rig.sleeper();
    const hold = proxy.hold('GET /containers/json');
    proxy.cutEvents();
    await hold.first;
    await rig.engine.containers.remove(id, { force: true });
    hold.release();
    await freshnessIs(rig.tracker, 'live');
    await rig.tracker.wait(id, ['Failed']);
    await converged(rig.tracker, rig.engine, []);
  });
});

describe('a gap without a stream', () => {
  it('F26: of more than 256 events loses no ending', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const codes = Array.from({ length: 20 }, (_, index) => index % 4);
    const ids = await Promise.all(codes.map((code) => rig.waiter(code)));
    await Promise.all(ids.map((id) => said(rig.tracker, id, 'ready')));
    await proxy.down();
    await Promise.all(ids.map((id) => rig.engine.containers.kill(id, { signal: 'SIGUSR1' })));
    await Promise.all(ids.map((id) => rig.events.seen({ action: 'die', id })));
    await forgetEvents(rig);
    await proxy.up();
    const ended = await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await converged(rig.tracker, rig.engine, ids);
    expect(ended.map(({ exitStatus }) => exitStatus)).toEqual(codes);
    expect(ids.map((id) => log.endings(id).length)).toEqual(codes.map(() => 1));
  });

  it('F26: that hides a stop by signal is made up for by asking', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const ids = await Promise.all([rig.sleeper(), rig.sleeper()]);
    const [stopped] = ids;
    await proxy.down();
    await rig.engine.containers.kill(stopped, { signal: 'SIGSTOP' });
    await forgetEvents(rig);
    await proxy.up();
    expect(await rig.tracker.wait(stopped, ['Suspended'])).toMatchObject({ subState: 'stopped' });
    await converged(rig.tracker, rig.engine, ids);
  });

  it('F29: in which a name passes to another container keeps the two jobs apart', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const name = `name-${rig.session}`;
    const first = await rig.create({}, name);
    await rig.engine.containers.start(first);
    await rig.tracker.wait(first, ['Running']);
    const waiting = rig.tracker.wait(first, ['Done', 'Failed']);
    await proxy.down();
    await rig.engine.containers.remove(first, { force: true });
    const second = await rig.create({}, name);
    await rig.engine.containers.start(second);
    await proxy.up();
    expect(await waiting).toMatchObject({ id: first, state: 'Failed', exitStatus: 137 });
    await converged(rig.tracker, rig.engine, [second]);
  });

  it('F29: that nothing tells of makes the job lost, without an exit status', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const name = `name-${rig.session}`;
    const first = await rig.create({}, name);
    await rig.engine.containers.start(first);
    await rig.tracker.wait(first, ['Running']);
    const waiting = rig.tracker.wait(first, ['Done', 'Failed']);
    waiting.catch(() => undefined);
    await proxy.down();
    await rig.engine.containers.remove(first, { force: true });
    const second = await rig.create({}, name);
    await rig.engine.containers.start(second);
    await forgetEvents(rig);
    await proxy.up();
    await expect(waiting).rejects.toMatchObject({ code: 'InvalidState', job: { id: first, subState: 'lost' } });
    expect(await rig.tracker.jobState(first)).toEqual({ state: 'Undetermined', subState: 'lost' });
    expect((await rig.tracker.jobInfo(first)).exitStatus).toBeUndefined();
    expect(log.endings(first)).toEqual([]);
    await converged(rig.tracker, rig.engine, [second]);
  });
});
