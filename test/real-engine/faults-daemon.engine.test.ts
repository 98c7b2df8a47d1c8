import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Freshness } from '@docker-tracker/tracker';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged, TransitionLog } from './convergence.js';
import { freshnessIs, makeEvents, said } from './onlooker.js';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from './private-engines.js';
import { Rig } from './rig.js';

const it_ = it.runIf(PRIVATE_ENGINES);

describe('an engine', () => {
  let daemon: PrivateEngine;
  beforeAll(async () => {
    if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'faults' });
  });
  afterAll(async () => {
    if (PRIVATE_ENGINES) await daemon.release();
  });

  it_(`that is restarted ends each job once, and the view is live again${WHERE_PRIVATE}`, async () => {
    await using rig = await Rig.open({ host: daemon.host });
    const [log, freshness] = [new TransitionLog(rig.tracker), freshnessOf(rig)];
    const outputPath = join(await rig.folder(), 'out');
    const done = await rig.tracker.addJob(rig.sh('exit 2'));
    await rig.tracker.wait(done, ['Failed']);
    const ids = await Promise.all([
      rig.waiter(0),
      rig.waiter(5, { outputPath }),
      rig.sleeper({ extensionList: { 'stop-timeout': '0' } }),
      rig.waiter(6, { extensionList: { restart: 'always' } }),
    ]);
    const [, , , always] = ids;
    await Promise.all([ids[0], ids[1], always].map((id) => said(rig.tracker, id, 'ready')));
    await daemon.restart();
    const ended = await Promise.all(ids.slice(0, 3).map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await freshnessIs(rig.tracker, 'live');
    await rig.tracker.wait(always, ['Running']);
    await converged(rig.tracker, rig.engine, [done, ...ids]);
    expect(ended.map(({ exitStatus }) => exitStatus)).toEqual([0, 5, 137]);
    expect([done, ...ids.slice(0, 3)].map((id) => log.endings(id).length)).toEqual([1, 1, 1, 1]);
    expect(log.breaks()).toEqual([]);
    expect(await readFile(outputPath, 'utf8')).toBe('ready\nbye\n');
    expect(freshness).toEqual(expect.arrayContaining(['live', 'stale', 'syncing', 'live']));
  });

  it_(`that is killed and started loses no ending, nor one of its downtime${WHERE_PRIVATE}`, async () => {
    await using rig = await Rig.open({ host: daemon.host });
    const log = new TransitionLog(rig.tracker);
    const ids = await Promise.all([0, 3, 4].map((code) => rig.waiter(code)));
    await Promise.all(ids.map((id) => said(rig.tracker, id, 'ready')));
    const { State } = await rig.inspect(ids[1] ?? '');
    const stale = freshnessIs(rig.tracker, 'stale');
    await daemon.kill();
    await stale;
    expect(ids.map((id) => rig.tracker.snapshot().get(id)?.state)).toEqual(['Running', 'Running', 'Running']);
    process.kill(State.Pid, 'SIGUSR1');
    await daemon.start();
    const ended = await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, ids);
    expect(ended.map(({ exitStatus }) => exitStatus)).toEqual([0, 3, 4]);
    expect(ids.map((id) => log.endings(id).length)).toEqual([1, 1, 1]);
    const next = await rig.tracker.addJob(rig.template(['true']));
    await rig.tracker.wait(next, ['Done']);
  });

  it_(`that stands still for a while is waited for, and tells what happened meanwhile${WHERE_PRIVATE}`, async () => {
    await using rig = await Rig.open({ host: daemon.host });
    const log = new TransitionLog(rig.tracker);
    const [going, ending] = await Promise.all([rig.sleeper(), rig.waiter(7)]);
    await said(rig.tracker, ending, 'ready');
    const { State } = await rig.inspect(ending);
    const pid = daemon.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    let submitted: Promise<string>;
    try {
      process.kill(State.Pid, 'SIGUSR1');
      submitted = rig.tracker.addJob(rig.sh('exit 8'));
      await expect(rig.tracker.wait(ending, ['Failed'], { timeoutMs: 300 })).rejects.toMatchObject({ code: 'Timeout' });
      expect(rig.tracker.snapshot().get(ending)?.state).toBe('Running');
    } finally {
      process.kill(pid, 'SIGCONT');
    }
    expect(await rig.tracker.wait(ending, ['Failed'])).toMatchObject({ exitStatus: 7 });
    const late = await submitted;
    expect(await rig.tracker.wait(late, ['Failed'])).toMatchObject({ exitStatus: 8 });
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, [going, ending, late]);
    expect([going, ending, late].map((id) => log.endings(id).length)).toEqual([0, 1, 1]);
    expect(log.breaks()).toEqual([]);
  });

  it_(`that drops a die for a reader that stands still is found out: late run alarm${WHERE_PRIVATE}`, async () => {
    await using proxy = await EngineProxy.start({ upstream: daemon.host });
    await using rig = await Rig.open({ host: proxy.host, onlooker: daemon.host });
    const [log, freshness] = [new TransitionLog(rig.tracker), freshnessOf(rig)];
    const ids = await Promise.all([...Array.from({ length: 4 }, () => rig.sleeper()), rig.waiter(9)]);
    const last = ids.at(-1) ?? '';
    await said(rig.tracker, last, 'ready');
    await converged(rig.tracker, rig.engine, ids);
    const ended = rig.tracker.wait(last, ['Failed']);
    proxy.stall();
    // More than the engine keeps for one reader and what fits between the two: the die comes too late for the stream.
    await makeEvents(rig.engine, ids.slice(0, 4), 1400);
    await rig.engine.containers.kill(last, { signal: 'SIGUSR1' });
    await rig.events.seen({ action: 'die', id: last });
    proxy.resume();
    expect(await ended).toMatchObject({ exitStatus: 9 });
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, ids);
    expect(log.endings(last)).toHaveLength(1);
    expect(freshness).toEqual(['live', 'syncing', 'live']);
  });
});

describe('an engine with live-restore', () => {
  let daemon: PrivateEngine;
  beforeAll(async () => {
    if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'faults-live', dockerdArguments: ['--live-restore'] });
  });
  afterAll(async () => {
    if (PRIVATE_ENGINES) await daemon.release();
  });

  it_.each(['restarted', 'killed and started'])(
    `that is %s leaves jobs as they are, and tells of those that ended meanwhile${WHERE_PRIVATE}`,
    async (how) => {
      await using rig = await Rig.open({ host: daemon.host });
      const log = new TransitionLog(rig.tracker);
      const outputPath = join(await rig.folder(), 'out');
      const [going, paused, stopped, ending] = await Promise.all([
        rig.waiter(1, { outputPath }),
        rig.sleeper({ extensionList: { suspend: 'pause' } }),
        rig.sleeper(),
        rig.waiter(8),
      ]);
      await Promise.all([going, ending].map((id) => said(rig.tracker, id, 'ready')));
      await Promise.all([paused, stopped].map((id) => rig.tracker.jobControl(id, 'suspend')));
      const { State } = await rig.inspect(ending);
      const stale = freshnessIs(rig.tracker, 'stale');
      await (how === 'restarted' ? daemon.stop() : daemon.kill());
      await stale;
      process.kill(State.Pid, 'SIGUSR1');
      await daemon.start();
      expect(await rig.tracker.wait(ending, ['Done', 'Failed'])).toMatchObject({ exitStatus: 8 });
      await freshnessIs(rig.tracker, 'live');
      await converged(rig.tracker, rig.engine, [going, paused, stopped, ending]);
      expect(log.states(going)).toEqual(['Queued', 'Running']);
      expect(log.states(paused)).toEqual(['Queued', 'Running', 'Suspended']);
      expect(log.states(stopped)).toEqual(['Queued', 'Running', 'Suspended']);
      expect(log.endings(ending)).toHaveLength(1);
      await Promise.all([paused, stopped].map((id) => rig.tracker.jobControl(id, 'resume')));
      await rig.engine.containers.kill(going, { signal: 'SIGUSR1' });
      expect(await rig.tracker.wait(going, ['Failed'])).toMatchObject({ exitStatus: 1 });
      expect(await readFile(outputPath, 'utf8')).toBe('ready\nbye\n');
    },
  );
});

function freshnessOf(rig: Rig): readonly Freshness[] {
  const seen: Freshness[] = [];
  rig.tracker.freshness$.subscribe((freshness) => seen.push(freshness));
  return seen;
}
