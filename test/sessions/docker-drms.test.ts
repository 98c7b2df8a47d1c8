import { SessionManager } from '@docker-tracker/drmaa2';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { dockerDrms } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { turnsUntil } from '../peers/rig.js';

const TEMPLATE = { jobCategory: 'docker-tracker/busybox:test', remoteCommand: 'sleep', args: ['600'] };

describe('job sessions on one engine', () => {
  it('share one event stream, also with a monitoring session, and leave no socket behind', async () => {
    await using fake = await FakeEngine.start();
    const engine = await Engine.connect({ host: fake.host });
    const manager = new SessionManager(dockerDrms({ engine, network: 'none' }), {
      openMonitorer: () => DockerMonitor.open({ engine }),
    });
    const [first, second] = [await manager.createJobSession('first'), await manager.createJobSession('second')];
    const monitoring = await manager.openMonitoringSession();
    const jobs = [await first.runJob(TEMPLATE), await second.runJob(TEMPLATE)];
    await Promise.all(jobs.map((job) => job.waitStarted()));
    expect((await monitoring.getAllJobs()).map(({ id }) => id).sort()).toEqual(jobs.map(({ id }) => id).sort());
    expect(fake.openEventStreams).toBe(1);
    await manager.close();
    await turnsUntil(() => fake.openEventStreams === 0);
    // The engine is the caller's.
    await engine.ping();
    await engine.close();
    await turnsUntil(() => fake.openSockets === 0);
  });

  it('share the connection that the manager made by itself, which is closed with it', async () => {
    await using fake = await FakeEngine.start();
    const manager = new SessionManager(dockerDrms({ host: fake.host, network: 'none' }));
    await manager.createJobSession('first');
    await manager.createJobSession('second');
    const elsewhere = await manager.createJobSession('third', fake.host);
    expect(fake.openEventStreams).toBe(2);
    await elsewhere.close();
    await turnsUntil(() => fake.openEventStreams === 1);
    await manager.close();
    await turnsUntil(() => fake.openSockets === 0);
  });

  it('ask again for an engine that could not be reached', async () => {
    await using fake = await FakeEngine.start();
    await using manager = new SessionManager(dockerDrms({ host: fake.host }));
    fake.fail('GET /_ping');
    await expect(manager.createJobSession('early')).rejects.toMatchObject({ code: expect.stringMatching(/^[A-Z]/) });
    expect(await manager.getJobSessionNames()).toEqual([]);
    expect((await manager.createJobSession('early')).sessionName).toBe('early');
  });
});
