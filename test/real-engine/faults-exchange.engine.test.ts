import { Drmaa2Error } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import type { ExchangeFault } from '../engine-proxy/index.js';
import { converged, TransitionLog } from './convergence.js';
import { freshnessIs, said } from './onlooker.js';
import { ProxiedRig } from './proxied-rig.js';

const FAULTS: readonly ExchangeFault[] = [
  { kind: 'lose-request' },
  { kind: 'refuse', status: 500 },
  { kind: 'fail', status: 500 },
  { kind: 'cut', atByte: 60 },
  { kind: 'close-after-head' },
  { kind: 'garble', atByte: 5 },
  { kind: 'delay', ms: 30 },
  { kind: 'stall', atByte: 60, ms: 30 },
  { kind: 'split' },
  { kind: 'coalesce', ms: 30 },
];

const SYNC = ['GET /events', 'GET /info', 'GET /containers/json', 'GET /containers/*/json'];

// Every fault in every request is tried on the fake engine: test/peers/broken-exchanges.test.ts.
describe('a sync of which one exchange is broken', () => {
  it('by one fault after the other heals, and loses no ending', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const codes = FAULTS.map((_, index) => index % 3);
    const idle = await rig.sleeper();
    const ids = await Promise.all(codes.map((code) => rig.waiter(code)));
    await Promise.all(ids.map((id) => said(rig.tracker, id, 'ready')));
    for (const [index, fault] of FAULTS.entries()) {
      const id = ids[index] ?? '';
      const away = freshnessIs(rig.tracker, 'stale');
      proxy.break(SYNC[index % SYNC.length] ?? '', fault);
      proxy.cutEvents();
      await away;
      await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
      await rig.tracker.wait(id, ['Done', 'Failed']);
      await freshnessIs(rig.tracker, 'live');
    }
    await converged(rig.tracker, rig.engine, [...ids, idle]);
    expect(ids.map((id) => log.endings(id).map(({ job }) => job.exitStatus))).toEqual(codes.map((code) => [code]));
    expect(log.breaks()).toEqual([]);
    expect([...proxy.struck]).toEqual(FAULTS.map(({ kind }) => [kind, 1]));
  });

  it('by events that come twice and out of order loses no ending', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    proxy.break('GET /events', { kind: 'reshuffle', seed: 7 }, { times: 2 });
    proxy.cutEvents();
    await freshnessIs(rig.tracker, 'stale');
    const codes = Array.from({ length: 8 }, (_, index) => index % 3);
    const ids = await Promise.all(codes.map((code) => rig.tracker.addJob(rig.sh(`exit ${String(code)}`))));
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await freshnessIs(rig.tracker, 'live');
    await converged(rig.tracker, rig.engine, ids);
    expect(ids.map((id) => log.endings(id).map(({ job }) => job.exitStatus))).toEqual(codes.map((code) => [code]));
    expect(log.breaks()).toEqual([]);
    expect(proxy.struck.get('reshuffle')).toBe(2);
  });
});

describe('a submission of which one exchange is broken', () => {
  it('by one fault after the other is one job that ends once, or an error and no job', async () => {
    await using proxied = await ProxiedRig.open();
    const { proxy, rig } = proxied;
    const log = new TransitionLog(rig.tracker);
    const jobs: string[] = [];
    for (const fault of FAULTS) {
      for (const request of ['POST /containers/create', 'POST /containers/*/start']) {
        proxy.break(request, fault);
        const [submission] = await Promise.allSettled([rig.tracker.addJob(rig.sh('exit 4'))]);
        if (submission.status === 'fulfilled') jobs.push(submission.value);
        else expect(submission.reason).toBeInstanceOf(Drmaa2Error);
      }
    }
    for (const id of jobs) expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ exitStatus: 4 });
    expect(await rig.containers()).toHaveLength(jobs.length);
    await converged(rig.tracker, rig.engine, jobs);
    expect(log.all.filter(({ to }) => to === 'Done' || to === 'Failed')).toHaveLength(jobs.length);
    expect(log.breaks()).toEqual([]);
    expect(jobs.length).toBeGreaterThan(FAULTS.length);
  });
});
