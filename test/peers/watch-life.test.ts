import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { config } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { Rig, sleeping, turnsUntil } from './rig.js';

describe('F27: the life of a watch', () => {
  it('that is closed while it waits to come back opens nothing any more', async () => {
    await using rig = await Rig.open();
    rig.fake.fail('GET /_ping', { status: 500, times: 1 });
    const tried = rig.fake.nextRequest((request) => request.route === '/_ping');
    rig.fake.cutStreams();
    await tried;
    // The failed attempt is followed by a pause of at least 100 ms.
    await turnsUntil(() => rig.freshness.at(-1) === 'stale');
    await rig.tracker.close();
    const { length } = rig.fake.requests;
    await expect.poll(() => rig.fake.openSockets, { timeout: 30_000 }).toBeLessThan(2);
    // What the onlooker asks now comes after everything that a watch might still have asked.
    for (let round = 0; round < 10; round += 1) await rig.onlooker.ping();
    expect(rig.fake.requests.slice(length).filter(({ route }) => route !== '/_ping')).toEqual([]);
    expect(rig.fake.openEventStreams).toBe(0);
  });

  it('that is begun twice and ended twice is one stream, and then none', async () => {
    await using fake = await FakeEngine.start();
    await using engine = await Engine.connect({ host: fake.host });
    const open = (): Promise<DockerTracker> => DockerTracker.open({ session: 'twice', engine });
    const [one, other] = await Promise.all([open(), open()]);
    expect(fake.openEventStreams).toBe(1);
    await one.close();
    expect(fake.openEventStreams).toBe(1);
    await other.close();
    await turnsUntil(() => fake.openEventStreams === 0);
    await using again = await open();
    expect(again.snapshot().size).toBe(0);
    expect(fake.openEventStreams).toBe(1);
  });

  it('whose list fails once lists again by itself', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const healed = rig.nextLive();
    rig.fake.fail('GET /containers/json', { status: 500, times: 1 });
    rig.fake.cutStreams();
    await rig.fake.exit(id, 2);
    await healed;
    rig.ledger.expectEndings(new Map([[id, 2]]));
  });

  it('of which one subscriber throws tells all others everything', async () => {
    await using rig = await Rig.open();
    const thrown: unknown[] = [];
    const before = config.onUnhandledError;
    // What a subscriber throws is its own, and reported as rxjs reports it.
    config.onUnhandledError = (error) => thrown.push(error);
    try {
      const bad = new Error('a bad subscriber');
      const throwing = (): void => {
        throw bad;
      };
      rig.tracker.transitions$.subscribe(throwing);
      rig.tracker.jobs$.subscribe(throwing);
      rig.tracker.changes$.subscribe(throwing);
      rig.tracker.freshness$.subscribe(throwing);
      const states: string[] = [];
      rig.tracker.transitions$.subscribe(({ to }) => states.push(to));
      const id = await rig.tracker.addJob(sleeping());
      const healed = rig.nextLive();
      rig.fake.cutStreams();
      await rig.fake.exit(id, 2);
      expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 2 });
      await healed;
      expect(states).toEqual(['Queued', 'Running', 'Failed']);
      rig.ledger.expectEndings(new Map([[id, 2]]));
      await rig.tracker.close();
      expect(thrown.length).toBeGreaterThan(3);
      expect(new Set(thrown)).toEqual(new Set([bad]));
    } finally {
      // rxjs reports by a timer of its own: this one comes after them.
      await new Promise((resolve) => setTimeout(resolve, 1));
      config.onUnhandledError = before;
    }
  });
});
