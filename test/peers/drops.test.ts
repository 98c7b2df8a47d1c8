import { describe, expect, it } from 'vitest';
import { inParallel, Rig, sleeping, template, turnsUntil } from './rig.js';

describe('an event stream that does not hold', () => {
  it('loses no ending of 200 jobs while it is cut again and again', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(200);
    const meant = new Map(ids.map((id, index) => [id, index % 11]));
    const cuts = { stop: false };
    const cutting = cutAgainAndAgain(rig, cuts);
    await inParallel([...meant], 4, async ([id, code], index) => {
      if (index % 5 === 0) await rig.onlooker.containers.pause(id).then(() => rig.onlooker.containers.unpause(id));
      if (index % 10 === 0) await rig.fake.waitForSubscriptions(1);
      await rig.fake.exit(id, code);
    });
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    cuts.stop = true;
    expect(await cutting).toBeGreaterThan(3);
    await rig.isLive();
    rig.ledger.expectEndings(meant);
    await rig.expectConverged();
  });

  it('keeps each of 60 short jobs that are submitted meanwhile', async () => {
    await using rig = await Rig.open();
    const cuts = { stop: false };
    const cutting = cutAgainAndAgain(rig, cuts);
    const meant = await inParallel(Array.from({ length: 60 }), 6, async (_, index) => {
      const { id, ended } = await rig.tracker.run(template(['sh', '-c', `exit ${index % 3}`]));
      expect((await ended).exitStatus).toBe(index % 3);
      return [id, index % 3] as const;
    });
    cuts.stop = true;
    await cutting;
    rig.ledger.expectUnbroken();
    // a run that began and ended while the stream was away may show its end alone, but never twice
    for (const [id, code] of meant) expect(rig.ledger.endings(id).map(({ job }) => job.exitStatus)).toEqual([code]);
  });

  it('F36: heals from a list that fails twice, and is stale meanwhile', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(10);
    const meant = new Map(ids.map((id, index) => [id, index]));
    const gap = await rig.openGap();
    for (const [id, code] of meant) await rig.fake.exit(id, code);
    rig.fake.fail('GET /containers/json', { status: 500, times: 2 });
    await gap.close();
    rig.ledger.expectEndings(meant);
    expect(rig.fake.count('GET /containers/json')).toBe(4);
    expect(rig.freshness.filter((freshness) => freshness === 'stale').length).toBeGreaterThanOrEqual(2);
    expect(rig.freshness.at(-1)).toBe('live');
  });

  it.each(['GET /info', 'GET /_ping', 'GET /events'])('heals from a %s that fails twice', async (request) => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const healed = rig.nextLive();
    rig.fake.fail(request, { status: 500, times: 2 });
    rig.fake.cutStreams();
    await rig.fake.exit(id, 6);
    await healed;
    rig.ledger.expectEndings(new Map([[id, 6]]));
  });

  it('survives a restart of the engine, which forgets its events', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(20);
    const healed = rig.nextLive();
    await rig.fake.restart();
    await healed;
    rig.ledger.expectEndings(new Map(ids.map((id) => [id, 137])));
    await rig.expectConverged();
    const id = await rig.tracker.addJob(sleeping());
    await rig.fake.exit(id, 2);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 2 });
  });

  it('finds after a restart with live-restore who ended meanwhile and who runs on', async () => {
    await using rig = await Rig.open({ liveRestore: true, engine: '29.1' });
    const [ended = '', vanished = '', runs = ''] = await rig.submit(3);
    const healed = rig.nextLive();
    await rig.fake.stop();
    await rig.fake.exit(ended, 9);
    rig.fake.jobs.vanish(vanished);
    await rig.fake.resume();
    await healed;
    expect([ended, vanished, runs].map((id) => rig.job(id)?.state)).toEqual(['Failed', 'Failed', 'Running']);
    rig.ledger.expectEndings(
      new Map([
        [ended, 9],
        [vanished, 255],
      ]),
    );
    expect((await rig.tracker.jobInfo(vanished)).annotation).toMatch(/witness/);
    await rig.expectConverged();
  });
});

/** Cuts the stream each time that it is there again, now in the middle of a sync, now after it; answers how often. */
async function cutAgainAndAgain(rig: Rig, until: { readonly stop: boolean }): Promise<number> {
  const { fake } = rig;
  let cuts = 0;
  while (!until.stop) {
    await turnsUntil(() => fake.openEventStreams > 0 || until.stop);
    if (cuts % 2 === 0) await rig.isLive();
    fake.cutStreams();
    cuts += 1;
    await turnsUntil(() => fake.openEventStreams === 0);
  }
  return cuts;
}
