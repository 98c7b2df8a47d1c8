import { Engine } from '@docker-tracker/engine-client';
import type { JobUsage } from '@docker-tracker/monitor';
import { firstValueFrom, lastValueFrom, merge, ReplaySubject, timeout, toArray } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged } from '../real-engine/convergence.js';
import { PRIVATE_ENGINES, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { engineHost } from '../real-engine/rig.js';
import { followDockerStats } from './docker-command.js';
import { firstThat, MonitorRig } from './monitor-rig.js';

const STATS = 'GET /containers/*/stats';

describe('F48: usage', () => {
  it('is one stream for each job that is looked at, however many look, and none once nobody does', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using engine = await Engine.connect({ host: proxy.host });
    await using both = await MonitorRig.open({ rig: { engine } });
    const { rig, monitor } = both;
    const ids = [await rig.sleeper(), await rig.sleeper()];
    await firstThat(monitor.jobs$(), (jobs) => ids.every((id) => jobs.get(id)?.state === 'Running'));
    expect(proxy.count(STATS)).toBe(0);
    const watched = ids[0]!;
    const followers = [monitor.usage$(watched), monitor.usage$(watched), rig.tracker.usage$(watched)].map((usage$) => {
      const samples = new ReplaySubject<JobUsage>(1);
      return { first: firstThat(samples, ({ memoryBytes }) => memoryBytes > 0), following: usage$.subscribe(samples) };
    });
    await Promise.all(followers.map(({ first }) => first));
    expect(proxy.count(STATS)).toBe(1);
    expect(proxy.openFor(STATS)).toBe(1);
    for (const { following } of followers) following.unsubscribe();
    await expect.poll(() => proxy.openFor(STATS), { timeout: 30_000 }).toBe(0);
  });

  it('costs nothing while nobody looks: an open monitor sends no request', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using engine = await Engine.connect({ host: proxy.host });
    await using both = await MonitorRig.open({ rig: { engine } });
    const { rig, monitor } = both;
    const id = await rig.sleeper();
    const own = { session: rig.session };
    const following = merge(
      monitor.jobs$(own),
      monitor.counts$(own),
      monitor.changes$(own),
      monitor.transitions$,
    ).subscribe();
    await firstThat(monitor.jobs$(own), (jobs) => jobs.get(id)?.state === 'Running');
    await converged(rig.tracker, rig.engine, [id]);
    expect(monitor.timeline(id).at(-1)).toMatchObject({ state: 'Running' });
    proxy.clearRequests();
    const marker = await rig.createForeign({ Cmd: ['sleep', '4'] });
    await rig.engine.containers.start(marker);
    await rig.events.seen({ action: 'die', id: marker });
    // Jobs of others that run beside this test may be asked about; this one is not.
    expect(proxy.requests.filter(({ path }) => path.includes(id))).toEqual([]);
    expect(proxy.count(STATS)).toBe(0);
    following.unsubscribe();
  });

  it('completes when the job ends, and is in its JobInfo afterwards', async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const id = await rig.tracker.addJob(rig.sh('while :; do :; done'));
    const all = lastValueFrom(monitor.usage$(id).pipe(toArray(), timeout(60_000)));
    await firstValueFrom(monitor.usage$(id).pipe(timeout(60_000)));
    await rig.tracker.jobControl(id, 'terminate');
    const { cpuTime = 0, peakMemoryBytes = 0 } = (await all).at(-1) ?? {};
    expect(cpuTime).toBeGreaterThan(0);
    expect(await monitor.jobInfo(id)).toMatchObject({
      cpuTime,
      extensionList: { peakMemory: String(peakMemoryBytes) },
    });
    expect(await lastValueFrom(monitor.usage$(id).pipe(toArray()))).toEqual([]);
  });

  it('of an unknown job is InvalidArgument', async () => {
    await using both = await MonitorRig.open();
    const usage = firstValueFrom(both.monitor.usage$('f'.repeat(64)));
    await expect(usage).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('F49: usage of a container under steady load', () => {
  it.runIf(PRIVATE_ENGINES)(`is what docker stats shows at the same time${WHERE_PRIVATE}`, async () => {
    await using both = await MonitorRig.open();
    const { rig, monitor } = both;
    const id = await rig.tracker.addJob(rig.sh('while :; do :; done', { extensionList: { cpus: '0.25' } }));
    const ours: string[] = [];
    const following = monitor.usage$(id).subscribe(({ cpuPercent }) => {
      if (cpuPercent !== undefined) ours.push(`${cpuPercent.toFixed(2)}%`);
    });
    await firstThat(monitor.usage$(id), ({ cpuPercent }) => cpuPercent !== undefined);
    const theirs = await followDockerStats(engineHost(), id, 5);
    following.unsubscribe();
    // The engine hands the same samples to everybody. What the command shows first is the average since the host was started.
    expect(ours).toEqual(expect.arrayContaining(theirs.slice(1, -1)));
  });
});
