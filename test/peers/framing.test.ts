import { describe, expect, it } from 'vitest';
import { inParallel, Rig, SESSION_LABEL, sleeping } from './rig.js';

describe('framing of the event stream', () => {
  it.each([1, 21, 4711])('F21: tells the same states however its bytes are cut (seed %i)', async (seed) => {
    await using rig = await Rig.open({ proxied: true });
    rig.proxy.rechunk({ kind: 'random', seed, most: seed % 2 === 0 ? 5 : 700 });
    const names = Array.from({ length: 30 }, (_, index) => `größe ${index} 🐳 \u2028`);
    const ids = await inParallel(names, 6, (jobName) => rig.tracker.addJob(sleeping({ jobName })));
    const meant = new Map(ids.map((id, index) => [id, index % 5]));
    for (const [id, code] of meant) await rig.fake.exit(id, code);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));

    expect(ids.map((id) => rig.job(id)?.jobName)).toEqual(names);
    rig.ledger.expectEndings(meant);
    expect(rig.freshness).toEqual(['live']);
  });

  it('F21: single bytes tell the same states', async () => {
    await using rig = await Rig.open({ proxied: true });
    rig.proxy.rechunk({ kind: 'pieces', size: 1 });
    const id = await rig.tracker.addJob(sleeping({ jobName: 'größe 🐳' }));
    await rig.fake.exit(id, 3);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 3, jobName: 'größe 🐳' });
    expect(rig.freshness).toEqual(['live']);
  });

  it.each([
    ['that is no JSON', '{"Type":"container","Action":\n'],
    ['that is no event', '"hello"\n'],
    ['of bytes that are no text', '\u0000\u0001\u0002\n'],
    ['that was cut short', '{"Type":"container","Action":"die","Actor":{"ID":"'],
  ])('F21: a line %s is a gap: the view goes stale, syncs, and has every ending', async (_title, line) => {
    await using rig = await Rig.open();
    const ids = await rig.submit(20);
    const meant = new Map(ids.map((id, index) => [id, index % 3]));
    const healed = rig.nextLive();
    const exits = [...meant].map(([id, code], index) => {
      if (index === 10) rig.fake.garble(line);
      return rig.fake.exit(id, code);
    });
    await Promise.all(exits);
    await healed;
    rig.ledger.expectEndings(meant);
    expect(rig.freshness.slice(1)).toEqual(['stale', 'syncing', 'live']);
  });
});

describe('nanoseconds of the event stream', () => {
  it('F22: a stop and a continue one nanosecond apart are two events', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    // An odd number of nanoseconds: read as a JSON number it would be rounded to the same as its neighbours.
    const at = rig.fake.clock.now() | 1n;
    await kill(rig, id, 19, at);
    await kill(rig, id, 18, at + 1n);
    await rig.fake.exit(id, 0);
    await rig.tracker.wait(id, ['Done']);
    const [stop, resume] = rig.ledger.of(id).slice(-3);
    expect([stop?.to, resume?.to]).toEqual(['Suspended', 'Running']);
    expect([stop?.at, resume?.at]).toEqual([at, at + 1n]);
  });

  it('F22: of two events one nanosecond apart the older loses, however late it comes', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const at = rig.fake.clock.now() | 1n;
    const running = rig.tracker.wait(id, ['Suspended']);
    await kill(rig, id, 19, at);
    await kill(rig, id, 18, at - 1n);
    expect(await running).toMatchObject({ state: 'Suspended' });
    await rig.tracker.jobInfo(id);
    expect(rig.job(id)?.state).toBe('Suspended');
  });
});

function kill({ fake, session }: Rig, id: string, signal: number, timeNano: bigint): Promise<void> {
  const attributes = { [SESSION_LABEL]: session, image: 'busybox:latest', name: 'a', signal: `${signal}` };
  return fake.emit({ type: 'container', action: 'kill', actorId: id, attributes, timeNano });
}
