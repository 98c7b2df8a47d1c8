import { DockerMonitor } from '@docker-tracker/monitor';
import { DockerTracker } from '@docker-tracker/tracker';
import { filter, firstValueFrom, tap } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';

const FOR_EVER = { times: Number.POSITIVE_INFINITY };

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

describe('a live query whose question the engine does not answer', () => {
  it('asks again by itself, also where the view was live all the while', () =>
    withEndedJob(async (fake, id) => {
      await using monitor = await DockerMonitor.open({ host: fake.host });
      const freshness: string[] = [];
      monitor.freshness$.subscribe((now) => freshness.push(now));
      const sizes: number[] = [];
      fake.fail('GET /containers/*/json', { times: 3 });
      const seen$ = monitor.jobs$({ jobOwner: '' }).pipe(tap(({ size }) => sizes.push(size)));
      await firstValueFrom(seen$.pipe(filter((jobs) => jobs.has(id))));
      expect(sizes).toEqual([0, 1]);
      expect(freshness).toEqual(['live']);
    }));
});

describe('a query over a job that is in doubt and of which nothing is known', () => {
  async function withJobInDoubt(
    work: (monitor: DockerMonitor, id: string, answerAgain: () => void) => Promise<void>,
  ): Promise<void> {
    await using fake = await FakeEngine.start();
    await using tracker = await DockerTracker.open({ session: 'looked-at', host: fake.host });
    const id = await tracker.addJob({ jobCategory: 'busybox:latest', remoteCommand: 'sleep', args: ['1000'] });
    fake.fail(`GET /containers/${id}/json`, FOR_EVER);
    await using monitor = await DockerMonitor.open({ host: fake.host });
    expect(monitor.snapshot().get(id)?.inDoubt).toBe(true);
    // From here on whoever asks waits.
    fake.clearFaults();
    const held = fake.hold(`GET /containers/${id}/json`, { when: 'arrived' });
    await work(monitor, id, () => {
      held.release();
    });
    held.release();
  }

  it('fails at once and names it', () =>
    withJobInDoubt(async (monitor, id) => {
      for (const ask of ['getAllJobIds', 'getAllJobs'] as const)
        await expect(monitor[ask]({ jobOwner: '' })).rejects.toMatchObject({
          name: 'Drmaa2Error',
          code: 'DrmCommunication',
          message: expect.stringContaining(`job ${id} is in doubt`),
        });
    }));

  it('is whole where the filter looks at nothing that is not known, or at other jobs', () =>
    withJobInDoubt(async (monitor, id) => {
      expect(await monitor.getAllJobIds({ state: 'Undetermined' })).toEqual([id]);
      expect(await monitor.getAllJobIds({ session: 'another', jobOwner: '' })).toEqual([]);
      expect(await monitor.getAllJobIds({ id: 'another', jobOwner: '' })).toEqual([]);
    }));

  it('shows the others at once where it is live, and that job when its doubt ends', () =>
    withJobInDoubt(async (monitor, id, answerAgain) => {
      const first = await firstValueFrom(monitor.jobs$({ jobOwner: '' }));
      expect([...first.keys()]).toEqual([]);
      const known = firstValueFrom(monitor.jobs$({ jobOwner: '' }).pipe(filter((jobs) => jobs.has(id))));
      answerAgain();
      expect((await known).get(id)).toMatchObject({ state: 'Running' });
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
