import { loadavg } from 'node:os';
import { readFile } from 'node:fs/promises';
import { Drmaa2Error, type Monitorer } from '@docker-tracker/drmaa2';
import { DockerMonitor } from '@docker-tracker/monitor';
import { Subscription } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { PRIVATE_ENGINES, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { engineHost, Rig } from '../real-engine/rig.js';
import { firstThat, MonitorRig } from './monitor-rig.js';

describe('the Monitorer of DRMAA2', () => {
  it('M1: opens and closes a monitoring session', async () => {
    await using both = await MonitorRig.open();
    const monitorer: Monitorer = both.monitor;
    await expect(monitorer.openMonitoringSession('test')).resolves.toBeUndefined();
    await expect(monitorer.closeMonitoringSession('test')).resolves.toBeUndefined();
    await expect(monitorer.closeMonitoringSession('test')).rejects.toMatchObject({ code: 'InvalidSession' });
  });

  it('M2: lists the jobs of all sessions, and describes each', async () => {
    await using both = await MonitorRig.open();
    const monitorer: Monitorer = both.monitor;
    const id = await both.rig.sleeper();
    await firstThat(both.monitor.jobs$(), (jobs) => jobs.has(id));
    expect(await monitorer.getAllJobIds()).toContain(id);
    expect(await monitorer.getAllJobIds({ id })).toEqual([id]);
    expect(await monitorer.jobInfoFromMonitor(id)).toMatchObject({ id, state: 'Running' });
    expect(await both.monitor.getAllJobs({ id })).toMatchObject([{ id, state: 'Running' }]);
    await expect(monitorer.jobInfoFromMonitor('f'.repeat(64))).rejects.toMatchObject({ code: 'InvalidArgument' });
  });

  it('M3: has exactly one machine, found by its name', async () => {
    await using both = await MonitorRig.open();
    const monitorer: Monitorer = both.monitor;
    const info = await both.rig.engine.info();
    const machines = await monitorer.getAllMachines();
    expect(machines).toHaveLength(1);
    const [machine] = machines;
    expect(machine).toMatchObject({
      name: info.Name,
      available: true,
      physMemory: Math.floor(info.MemTotal / 1024),
      machineOs: 'Linux',
      machineOsVersion: { major: info.KernelVersion.split('.')[0], minor: info.KernelVersion.split('.')[1] },
    });
    if (info.Architecture === 'x86_64') expect(machine?.machineArch).toBe('x64');
    expect(await monitorer.getAllMachines([info.Name])).toHaveLength(1);
    expect(await monitorer.getAllMachines([`not-${info.Name}`])).toEqual([]);
  });

  it('M4: has no queues', async () => {
    await using both = await MonitorRig.open();
    expect(await both.monitor.getAllQueueNames()).toEqual([]);
    await expect(both.monitor.getAllReservations()).rejects.toMatchObject({ code: 'UnsupportedOperation' });
  });

  it('waits for what a filter looks at until it is aborted or closed', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['true']));
    await rig.tracker.wait(id, ['Done']);
    await using monitor = await DockerMonitor.open({ host: proxy.host });
    const hold = proxy.hold(`GET /containers/${id}/json`);
    const filter = { session: rig.session, jobOwner: '' };
    const cancel = new AbortController();
    const cancelled = monitor.getAllJobIds(filter, { signal: cancel.signal });
    const interrupted = monitor.getAllJobIds(filter);
    await hold.first;
    cancel.abort(new Error('enough'));
    await expect(cancelled).rejects.toThrow('enough');
    await expect(monitor.getAllJobIds(filter, { signal: cancel.signal })).rejects.toThrow('enough');
    await Promise.all([monitor.close(), expect(interrupted).rejects.toMatchObject({ code: 'InvalidSession' })]);
    hold.release();
  });

  it('answers InvalidSession once it is closed', async () => {
    await using both = await MonitorRig.open();
    const { monitor } = both;
    await monitor.close();
    const calls = [
      monitor.openMonitoringSession('test'),
      monitor.closeMonitoringSession('test'),
      monitor.getAllJobIds(),
      monitor.getAllJobs(),
      monitor.getAllQueueNames(),
      monitor.getAllMachines(),
      monitor.jobInfoFromMonitor('f'.repeat(64)),
      monitor.getAllReservations(),
    ];
    for (const call of await Promise.allSettled(calls)) {
      expect(call).toMatchObject({ status: 'rejected', reason: { code: 'InvalidSession' } });
      expect((call as PromiseRejectedResult).reason).toBeInstanceOf(Drmaa2Error);
    }
  });
});

describe('the machine', () => {
  it.runIf(PRIVATE_ENGINES)(`of an engine on this host has its load, processors and swap${WHERE_PRIVATE}`, async () => {
    await using both = await MonitorRig.open();
    const [machine] = await both.monitor.getAllMachines();
    const { NCPU } = await both.rig.engine.info();
    const { sockets = 0, coresPerSocket = 0, threadsPerCore = 0, load = -1, physMemory, virtMemory = 0 } = machine!;
    if (/^physical id/m.test(await readFile('/proc/cpuinfo', 'utf8')))
      expect(sockets * coresPerSocket * threadsPerCore).toBeGreaterThanOrEqual(NCPU);
    expect(Math.abs(load - loadavg()[0]!)).toBeLessThan(5);
    expect(virtMemory).toBeGreaterThanOrEqual(physMemory);
  });

  it('is asked for once however many look, and is unavailable while the engine is away', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using both = await MonitorRig.open({ rig: { host: proxy.host, onlooker: engineHost() } });
    const { monitor } = both;
    proxy.clearRequests();
    const seen: boolean[] = [];
    const following = new Subscription();
    for (let looking = 0; looking < 20; looking += 1) {
      following.add(monitor.machine$.subscribe(({ available }) => seen.push(available)));
    }
    await firstThat(monitor.machine$, ({ available }) => available);
    // One of ours; the watch asks for the engine's clock where it doubts what it sees.
    expect(proxy.count('GET /info')).toBeLessThan(10);
    await proxy.down();
    await firstThat(monitor.machine$, ({ available }) => !available);
    await proxy.up();
    await firstThat(monitor.machine$, ({ available }) => available);
    following.unsubscribe();
    expect(seen).toContain(false);
  });
});
