import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged } from './convergence.js';
import { PRIVATE_ENGINES, privateEngine } from './private-engines.js';
import { engineHost, Rig } from './rig.js';

/** A tracker's stream carries the jobs of every session, so requests can be counted only where nobody else has jobs. */
describe('requests', () => {
  let daemon: PrivateEngine | undefined;
  let host = '';
  beforeAll(async () => {
    if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'faults-alone' });
    host = daemon?.host ?? engineHost();
  });
  afterAll(() => daemon?.release());

  it('promise 6, F41: none is sent while 50 running jobs are waited on, and monitored, for ten seconds', async () => {
    await using proxy = await EngineProxy.start({ upstream: host });
    await using rig = await Rig.open({ host: proxy.host, onlooker: host });
    await using monitor = await DockerMonitor.open({ tracker: rig.tracker });
    const running = monitor.counts$({ session: rig.session, state: 'Running' }).subscribe();
    const ids = await Promise.all(Array.from({ length: 50 }, () => rig.sleeper()));
    const ended = ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed']));
    await converged(rig.tracker, rig.engine, ids);
    proxy.clearRequests();
    const marker = await rig.createForeign({ Cmd: ['sleep', '10'] });
    await rig.engine.containers.start(marker);
    await rig.events.seen({ action: 'die', id: marker });
    expect(requestsOf(proxy)).toEqual([]);
    expect(proxy.openConnections).toBe(1);
    running.unsubscribe();
    await Promise.all(ids.map((id) => rig.engine.containers.kill(id)));
    expect((await Promise.all(ended)).map(({ exitStatus }) => exitStatus)).toEqual(ids.map(() => 137));
  });

  it('F35: a job costs seven at most, however many there are', async () => {
    await using proxy = await EngineProxy.start({ upstream: host });
    await using rig = await Rig.open({ host: proxy.host, onlooker: host });
    proxy.clearRequests();
    const ids = await Promise.all(Array.from({ length: 20 }, () => rig.tracker.addJob(rig.template(['true']))));
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done'])));
    await converged(rig.tracker, rig.engine, ids);
    // inspect of the image, create, start; inspects at its start and its end, one of them once more
    expect(requestsOf(proxy).length).toBeLessThanOrEqual(7 * ids.length);
    expect(proxy.count('GET /containers/json')).toBe(0);
    for (const id of ids) expect(proxy.count(`GET /containers/${id}/json`)).toBeLessThanOrEqual(4);
  });

  it('F40: 50 subscribers and three trackers of one engine share one event stream', async () => {
    await using proxy = await EngineProxy.start({ upstream: host });
    await using rig = await Rig.open({ host });
    await using engine = await Engine.connect({ host: proxy.host });
    const trackers = await Promise.all(
      ['-a', '-b', '-c'].map((end) => rig.another({ engine, session: rig.session + end })),
    );
    const ends = trackers.flatMap((tracker) =>
      Array.from({ length: 50 }, () => tracker.jobs$.subscribe()).map((subscription) => () => {
        subscription.unsubscribe();
      }),
    );
    expect(proxy.count('GET /events')).toBe(1);
    for (const end of ends) end();
    await Promise.all(trackers.map((tracker) => tracker.close()));
    await expect.poll(() => proxy.openConnections, { timeout: 30_000 }).toBe(0);
    expect(engine.closed).toBe(false);
  });

  it('F40: with no tracker open there is no socket', async () => {
    await using proxy = await EngineProxy.start({ upstream: host });
    await using rig = await Rig.open({ host: proxy.host, onlooker: host });
    await rig.tracker.wait(await rig.tracker.addJob(rig.template(['true'])), ['Done']);
    await rig.tracker.close();
    await expect.poll(() => proxy.openConnections, { timeout: 30_000 }).toBe(0);
  });
});

function requestsOf(proxy: EngineProxy): readonly string[] {
  return proxy.requests.map(({ method, route }) => `${method} ${route}`);
}
