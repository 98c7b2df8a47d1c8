import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { exiting, inParallel, rejection, Rig, sleeping, template, turnsUntil } from './rig.js';

describe('connections', () => {
  it('F40: 50 subscribers share one event stream, and none is opened or closed for them', async () => {
    await using rig = await Rig.open();
    const { tracker, fake } = rig;
    const id = await tracker.addJob(sleeping());
    const subscriptions = Array.from({ length: 50 }, (_, index) => {
      if (index % 4 === 0) return tracker.jobs$.subscribe();
      if (index % 4 === 1) return tracker.changes$.subscribe();
      return index % 4 === 2 ? tracker.transitions$.subscribe() : tracker.job$(id).subscribe();
    });
    await rig.fake.exit(id, 0);
    await tracker.wait(id, ['Done']);
    expect(fake.openEventStreams).toBe(1);
    for (const subscription of subscriptions) subscription.unsubscribe();
    expect(fake.openEventStreams).toBe(1);
    expect(liveStreams(fake)).toBe(1);
  });

  it('F40: trackers of one Engine share one event stream; the last to close ends it', async () => {
    await using fake = await FakeEngine.start();
    const engine = await Engine.connect({ host: fake.host });
    expect(fake.openEventStreams).toBe(0);
    const trackers = await Promise.all(
      ['one', 'two', 'one'].map((session) => DockerTracker.open({ session, engine, network: 'none' })),
    );
    expect([fake.openEventStreams, liveStreams(fake)]).toEqual([1, 1]);
    const [first, ...others] = trackers;
    await first?.close();
    await first?.close();
    const { ended } = await others[0]!.run(exiting(3));
    expect(await ended).toMatchObject({ exitStatus: 3 });
    expect(fake.openEventStreams).toBe(1);
    for (const tracker of others) await tracker.close();
    await turnsUntil(() => fake.openEventStreams === 0);
    await engine.close();
    await turnsUntil(() => fake.openSockets === 0);
  });

  it('F40: a tracker that connected by itself leaves no socket behind', async () => {
    await using fake = await FakeEngine.start();
    const tracker = await DockerTracker.open({ session: 's', host: fake.host, network: 'none' });
    await inParallel(Array.from({ length: 20 }), 20, () => tracker.addJob(sleeping({ extensionList: { rm: 'true' } })));
    await tracker.close();
    await turnsUntil(() => fake.openSockets === 0);
  });

  it('F40: nor does one that could not be opened', async () => {
    await using fake = await FakeEngine.start();
    fake.fail('GET /containers/json', { status: 500, times: 1 });
    await rejection(DockerTracker.open({ session: 's', host: fake.host }));
    await turnsUntil(() => fake.openSockets === 0);
    const stop = new AbortController();
    const list = fake.hold('GET /containers/json');
    const opening = DockerTracker.open({ session: 's', host: fake.host, signal: stop.signal });
    await list.first;
    const reason = new Error('changed my mind');
    stop.abort(reason);
    expect(await rejection(opening)).toBe(reason);
    await turnsUntil(() => fake.openSockets === 0);
  });

  it('F18: 200 waits that hold a connection each keep nobody from submitting', async () => {
    await using rig = await Rig.open();
    const held = await inParallel(Array.from({ length: 200 }), 16, () =>
      rig.tracker.addJob(sleeping({ extensionList: { rm: 'true' } })),
    );
    expect(rig.fake.count('POST /containers/*/wait')).toBe(200);
    const more = await inParallel(Array.from({ length: 50 }), 16, async () => {
      const { ended } = await rig.tracker.run(exiting(1));
      return (await ended).exitStatus;
    });
    expect(more).toEqual(more.map(() => 1));
    const waits = held.map((id) => rig.tracker.wait(id, ['Failed']));
    for (const id of held) await rig.fake.exit(id, 8);
    expect((await Promise.all(waits)).map(({ exitStatus }) => exitStatus)).toEqual(held.map(() => 8));
  });

  it('F19: 100 calls that fail leave no socket behind', async () => {
    await using rig = await Rig.open();
    const { tracker, fake } = rig;
    const id = await tracker.addJob(sleeping());
    const unknown = 'e'.repeat(64);
    const words = { status: 500, message: 'x'.repeat(300_000), times: 100 };
    fake.fail('POST /containers/create', words);
    fake.fail('POST /containers/*/kill', words);
    const calls = Array.from({ length: 100 }, (_, index) => index);
    await inParallel(calls, 10, (index) =>
      rejection(
        index % 3 === 0
          ? tracker.addJob(sleeping())
          : index % 3 === 1
            ? tracker.jobControl(id, 'terminate')
            : tracker.jobInfo(unknown),
      ),
    );
    fake.clearFaults();
    expect(fake.openSockets).toBeLessThanOrEqual(30);
    await tracker.close();
    await turnsUntil(() => fake.openSockets === rig.onlooker.connections);
  });

  it.each(['break', 'throw', 'abort', 'return'] as const)(
    'F11: leaving output() by %s gives its connection up',
    async (way) => {
      await using rig = await Rig.open();
      const { tracker, fake } = rig;
      const id = await tracker.addJob(template(['sh', '-c', 'echo first; sleep 60']));
      const before = fake.openSockets;
      for (let round = 0; round < 10; round += 1) await leave(way);
      await turnsUntil(() => fake.openSockets <= before);

      async function leave(by: typeof way): Promise<void> {
        const stop = new AbortController();
        const chunks = tracker.output(id, { follow: true, signal: stop.signal })[Symbol.asyncIterator]();
        const first = await chunks.next();
        expect(first.done === true ? undefined : String(first.value.data)).toBe('first\n');
        if (by === 'return' || by === 'break') await chunks.return?.();
        else if (by === 'throw') await chunks.throw?.(new Error('enough')).catch(() => undefined);
        else {
          const next = rejection(chunks.next() as Promise<unknown>);
          stop.abort(new Error('enough'));
          expect((await next).message).toBe('enough');
        }
      }
    },
  );
});

/** Event streams that were asked for without an end. */
function liveStreams(fake: FakeEngine): number {
  return fake.requests.filter(({ route, query }) => route === '/events' && !query.has('until')).length;
}
