import { describe, expect, it } from 'vitest';
import { inParallel, Rig, SESSION_LABEL, sleeping } from './rig.js';

describe('gaps of the event stream', () => {
  it('F26: 300 jobs end in a gap that the memory of 256 events does not span', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(300);
    const meant = new Map(ids.map((id, index) => [id, index % 7]));
    const gap = await rig.openGap();
    for (const [id, code] of meant) await rig.fake.exit(id, code);
    expect(rig.fake.model.bus.history.length).toBe(256);
    await gap.close();
    expect(ids.map((id) => rig.job(id)?.exitStatus)).toEqual([...meant.values()]);
    rig.ledger.expectEndings(meant);
    await rig.expectConverged();
  });

  it('F26: jobs that began and ended, or only began, in such a gap are all there', async () => {
    await using rig = await Rig.open();
    const gap = await rig.openGap();
    const foreign = await inParallel(Array.from({ length: 60 }), 4, async (_, index) => {
      const id = await started(rig, `unseen-${index}`);
      if (index % 2 === 0) await rig.fake.exit(id, 3);
      return id;
    });
    await gap.close();
    expect(foreign.map((id) => rig.job(id)?.state)).toEqual(
      foreign.map((_, index) => (index % 2 === 0 ? 'Failed' : 'Running')),
    );
    await rig.expectConverged();
  });

  it('a stop in such a gap is found, though the first sync after it fails', async () => {
    await using rig = await Rig.open();
    const [stopped = '', ended = ''] = await rig.submit(2);
    const gap = await rig.openGap();
    await rig.onlooker.containers.kill(stopped, { signal: 'SIGSTOP' });
    for (let index = 0; index < 300; index += 1) await network(rig);
    await rig.fake.exit(ended, 3);
    rig.fake.fail('GET /containers/json');
    await gap.close();
    expect(rig.job(stopped)?.state).toBe('Suspended');
    await rig.expectConverged();
  });

  it('F26: of a gap of half a minute the events are told in their order, the oldest first', async () => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    const gap = await rig.openGap();
    rig.fake.advance(10_000);
    await rig.fake.exit(id, 3);
    rig.fake.advance(10);
    await rig.onlooker.containers.start(id);
    rig.fake.advance(20_000);
    await rig.fake.exit(id, 4);
    rig.fake.advance(10);
    await gap.close();
    expect(rig.ledger.endings(id).map(({ job }) => job.exitStatus)).toEqual([3, 4]);
    rig.ledger.expectUnbroken();
    await rig.expectConverged();
  });

  it.each([
    ['and its destroy is forgotten, it is lost', 300, { state: 'Undetermined', subState: 'lost' }],
    ['and its die is remembered, it has ended', 0, { state: 'Failed', subState: 'removed' }],
  ] as const)('F29: when the name of a removed job is taken anew in a gap %s', async (_title, noise, expected) => {
    await using rig = await Rig.open();
    const first = await rig.tracker.addJob(sleeping({ jobName: 'same' }));
    const name = rig.job(first)?.containerName ?? '';
    const gap = await rig.openGap();
    await rig.fake.exit(first, 9);
    await rig.onlooker.containers.remove(first);
    const second = await started(rig, name);
    for (let index = 0; index < noise; index += 1) await network(rig);
    await gap.close();

    expect(second).not.toBe(first);
    expect(rig.job(first)).toBeUndefined();
    expect(await rig.tracker.jobState(first)).toEqual(expected);
    expect(rig.job(second)).toMatchObject({ state: 'Running', containerName: name });
    const codes = noise === 0 ? [9] : [];
    expect(rig.ledger.endings(first).map(({ job }) => job.exitStatus)).toEqual(codes);
    expect(rig.ledger.of(second).every(({ job }) => job.id === second)).toBe(true);
    await rig.fake.exit(second, 4);
    expect(await rig.tracker.wait(second, ['Failed'])).toMatchObject({ exitStatus: 4 });
  });

  it('F29: a wait on the job that is gone settles at once, and not with the end of its namesake', async () => {
    await using rig = await Rig.open();
    const first = await rig.tracker.addJob(sleeping({ jobName: 'same' }));
    const waiting = expect(rig.tracker.wait(first, ['Done', 'Failed'])).rejects.toMatchObject({
      code: 'InvalidState',
      job: { id: first, subState: 'lost' },
    });
    const gap = await rig.openGap();
    await rig.fake.exit(first, 0);
    await rig.onlooker.containers.remove(first);
    await started(rig, 'same');
    for (let index = 0; index < 300; index += 1) await network(rig);
    await gap.close();
    await waiting;
  });
});

/** Somebody else's job of this session. */
async function started(rig: Rig, name: string): Promise<string> {
  const { Id: id } = await rig.onlooker.containers.create(
    {
      Image: 'busybox:latest',
      Cmd: ['sleep', '3600'],
      Labels: { [SESSION_LABEL]: rig.session },
      HostConfig: { NetworkMode: 'none' },
    },
    { name },
  );
  await rig.onlooker.containers.start(id);
  return id;
}

/** Somebody's network takes a place in the engine's memory. */
function network({ fake }: Rig): Promise<void> {
  return fake.emit({ type: 'network', action: 'connect', actorId: 'n1', attributes: { name: 'other' } });
}
