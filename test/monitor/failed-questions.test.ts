import { DockerMonitor } from '@docker-tracker/monitor';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';

/** A job that had ended before the monitor was opened: its owner has to be asked for. */
async function withEndedJob(work: (fake: FakeEngine, id: string) => Promise<void>): Promise<void> {
  await using fake = await FakeEngine.start();
  await using tracker = await DockerTracker.open({ session: 'looked-at', host: fake.host });
  const id = await tracker.addJob({ jobCategory: 'busybox:latest', remoteCommand: 'true' });
  await tracker.wait(id, ['Done']);
  await work(fake, id);
}

describe('a query whose question the engine does not answer', () => {
  it('fails with what the question came to, and is whole the next time', () =>
    withEndedJob(async (fake, id) => {
      for (const ask of ['getAllJobIds', 'getAllJobs'] as const) {
        await using monitor = await DockerMonitor.open({ host: fake.host });
        fake.fail('GET /containers/*/json', { status: 500, message: 'out of order' });
        const failed = monitor[ask]({ jobOwner: '' });
        await expect(failed).rejects.toMatchObject({
          name: 'Drmaa2Error',
          code: 'Internal',
          message: expect.stringContaining('out of order'),
        });
        expect(await monitor[ask]({ jobOwner: '' })).toHaveLength(1);
        expect(await monitor.getAllJobIds({ jobOwner: '' })).toEqual([id]);
      }
    }));

  it('does not miss a job that is gone by then', () =>
    withEndedJob(async (fake) => {
      await using monitor = await DockerMonitor.open({ host: fake.host });
      fake.fail('GET /containers/*/json', { status: 404, message: 'No such container' });
      expect(await monitor.getAllJobIds({ jobOwner: '' })).toEqual([]);
    }));
});

describe('closing a monitor', () => {
  it('ends the opening of a tracker for controls', async () => {
    await using fake = await FakeEngine.start();
    // Its stream is one of its own, so that the tracker has to begin with a first sync.
    const monitor = await DockerMonitor.open({ host: fake.host, scope: 'containers' });
    const listing = fake.hold('GET /containers/json', { when: 'arrived' });
    const opening = expect(monitor.tracker('controlled')).rejects.toMatchObject({
      code: 'InvalidSession',
      message: 'the monitor was closed',
    });
    await listing.first;
    await monitor.close();
    await opening;
    listing.release();
  });
});
