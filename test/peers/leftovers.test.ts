import { describe, expect, it } from 'vitest';
import { IMAGE, Rig, SESSION_LABEL } from './rig.js';

const JUST_OVER_A_MINUTE_MS = 61_000;

/** What a tracker left that was killed between two calls. */
async function left(rig: Rig, name: string, labels: Readonly<Record<string, string>> = {}): Promise<string> {
  const { Id } = await rig.onlooker.containers.create(
    {
      Image: IMAGE,
      Cmd: ['sleep', '3600'],
      Labels: { [SESSION_LABEL]: rig.session, drmaa2_dispatch: name, ...labels },
      HostConfig: { NetworkMode: 'none' },
    },
    { name },
  );
  return Id;
}

/** Time passes for the engine; the next event shows it. */
async function aMinuteLater(rig: Rig): Promise<void> {
  await rig.isLive();
  rig.fake.clock.jump(JUST_OVER_A_MINUTE_MS);
  const live = rig.nextLive();
  await rig.tracker.addJob({ jobCategory: IMAGE, remoteCommand: 'sleep', args: ['3600'] });
  await live;
}

describe('leftovers of a tracker that was killed', () => {
  it('a claim without a start is started, once', async () => {
    await using rig = await Rig.open();
    const id = await left(rig, 'job.claim-0123456789ab');
    await aMinuteLater(rig);
    await rig.tracker.wait(id, ['Running']);
    expect(rig.fake.jobs.container(id).name).toMatch(/^job\.claim-/);
  });

  it('a claim on a slot keeps it', async () => {
    await using rig = await Rig.open();
    const labels = { drmaa2_arraykey: 'a1b2', drmaa2_taskid: '1', drmaa2_maxparallel: '1' };
    const first = await left(rig, 'a1b2.slot-1', labels);
    const second = await left(rig, 'a1b2-2.queued-0123456789ab', { ...labels, drmaa2_taskid: '2' });
    await aMinuteLater(rig);
    await rig.tracker.wait(first, ['Running']);
    expect(rig.job(second)?.state).toBe('Queued');
    await rig.fake.exit(first, 0);
    await rig.tracker.wait(second, ['Running']);
  });

  it('an array of which something was queued is queued as a whole', async () => {
    await using rig = await Rig.open();
    const labels = { drmaa2_arraykey: 'c3d4' };
    const ids = [
      await left(rig, 'c3d4-1.queued-0123456789ab', { ...labels, drmaa2_taskid: '1' }),
      await left(rig, 'c3d4-2.new-0123456789ab', { ...labels, drmaa2_taskid: '2' }),
    ];
    expect(rig.tracker.listJobs()).not.toContain(ids[1]);
    await aMinuteLater(rig);
    for (const id of ids) await rig.tracker.wait(id, ['Running']);
  });

  it('an array of which nothing was queued is removed, and so is a job that nobody was told of', async () => {
    await using rig = await Rig.open();
    const ids = [
      await left(rig, 'e5f6-1.new-0123456789ab', { drmaa2_arraykey: 'e5f6', drmaa2_taskid: '1' }),
      await left(rig, 'plain'),
    ];
    const gone = ids.map((id) => rig.fake.nextEvent(({ action, actorId }) => action === 'destroy' && actorId === id));
    await aMinuteLater(rig);
    await Promise.all(gone);
  });

  it('a removal that the engine does not answer is asked for again', async () => {
    await using rig = await Rig.open();
    const id = await left(rig, 'plain');
    const gone = rig.fake.nextEvent(({ action, actorId }) => action === 'destroy' && actorId === id);
    rig.fake.fail('DELETE /containers/*', { times: 2 });
    await aMinuteLater(rig);
    await gone;
  });

  it('what is not yet a minute old is left alone', async () => {
    await using rig = await Rig.open();
    const id = await left(rig, 'young.claim-0123456789ab');
    await rig.tracker.addJob({ jobCategory: IMAGE, remoteCommand: 'sleep', args: ['3600'] });
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Queued', subState: 'starting' });
    expect(rig.fake.count('POST /containers/*/start')).toBe(1);
  });
});
