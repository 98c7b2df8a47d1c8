import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { Engine, EngineOverflowError } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import type { EngineEvent } from '../fake-engine/index.js';
import { rejection, Rig, SESSION_LABEL, sleeping } from './rig.js';

const EVENTS = 5000;

type Told =
  | { readonly kind: 'open' }
  | { readonly kind: 'freshness'; readonly freshness: string }
  | { readonly kind: 'ended'; readonly id: string; readonly exitStatus: number };

describe('consumers that do not keep up', () => {
  it('F5: a process that stood still for 5,000 events says that it may have lost some, and heals', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(30);
    await using reader = await BlockedConsumer.open(rig);
    const [first = '', ...others] = ids;
    await rig.fake.exit(first, 1);
    await reader.until(({ kind }) => kind === 'ended');

    const flood = noise(rig, EVENTS);
    await Promise.all(others.map((id, index) => rig.fake.exit(id, index % 9)));
    await flood;
    expect(rig.fake.droppedEvents).toBeGreaterThan(0);
    reader.wake();

    const ended = () => reader.told.filter((told) => told.kind === 'ended');
    await reader.until(() => ended().length === ids.length && reader.freshness.at(-1) === 'live');
    expect(reader.freshness).toEqual(['live', 'syncing', 'live']);
    const meant = [[first, 1], ...others.map((id, index) => [id, index % 9])];
    expect(Object.fromEntries(ended().map(({ id, exitStatus }) => [id, exitStatus]))).toEqual(
      Object.fromEntries(meant),
    );
    expect(ended().length).toBe(ids.length);
  });

  it('F5: no subscriber of the tracker, however slow, makes the engine wait', async () => {
    await using rig = await Rig.open();
    const { tracker, fake } = rig;
    const never = new Promise<void>(() => undefined);
    const slow = [tracker.jobs$, tracker.changes$, tracker.transitions$, tracker.freshness$].map((stream) =>
      stream.subscribe(async () => never),
    );
    const ids = await rig.submit(20);
    const longest = await longestQueue(rig, async () => {
      await noise(rig, EVENTS, 250);
      for (const id of ids) await fake.exit(id, 2);
    });
    await Promise.all(ids.map((id) => tracker.wait(id, ['Failed'])));
    expect([fake.droppedEvents, longest < 512]).toEqual([0, true]);
    expect(rig.freshness).toEqual(['live']);
    for (const subscription of slow) subscription.unsubscribe();
  });

  it('F5: nor does an events() that nobody reads; past its buffer it says so', async () => {
    await using rig = await Rig.open();
    await using engine = await Engine.connect({ host: rig.fake.host });
    const unread = engine.events({ bufferLimit: EVENTS })[Symbol.asyncIterator]();
    const bounded = engine.events({ bufferLimit: 100 })[Symbol.asyncIterator]();
    const firsts = [unread.next(), bounded.next()];
    await rig.fake.waitForSubscriptions(3);
    const longest = await longestQueue(rig, () => noise(rig, EVENTS, 250));
    await Promise.all(firsts);
    expect([rig.fake.droppedEvents, longest < 512]).toEqual([0, true]);

    const rest = async (): Promise<void> => {
      for (let next = await bounded.next(); next.done !== true; next = await bounded.next());
    };
    expect(await rejection(rest())).toBeInstanceOf(EngineOverflowError);
    for (let count = 1; count < EVENTS; count += 1) expect((await unread.next()).done).toBe(false);
    await unread.return?.();
  });
});

/** Another thread with a tracker on the same session. */
class BlockedConsumer implements AsyncDisposable {
  static async open(rig: Rig): Promise<BlockedConsumer> {
    const consumer = new BlockedConsumer(rig);
    await consumer.until(({ kind }) => kind === 'open');
    return consumer;
  }

  readonly told: Told[] = [];
  readonly #worker: Worker;
  readonly #gate = new SharedArrayBuffer(4);

  private constructor({ fake: { host }, session }: Rig) {
    this.#worker = new Worker(new URL('blocked-consumer.mjs', import.meta.url), {
      workerData: { host, session, gate: this.#gate },
    });
    this.#worker.on('message', (told: Told) => this.told.push(told));
  }

  get freshness(): readonly string[] {
    return this.told.flatMap((told) => (told.kind === 'freshness' ? [told.freshness] : []));
  }

  /** Settles with the first message, those before included, at which the condition holds. */
  async until(condition: (last: Told) => boolean): Promise<void> {
    while (!this.told.some(condition)) await once(this.#worker, 'message');
  }

  wake(): void {
    Atomics.store(new Int32Array(this.#gate), 0, 1);
    Atomics.notify(new Int32Array(this.#gate), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wake();
    const left = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await left;
  }
}

/** Events of the session's label that change nothing, so many at a time. */
async function noise({ fake, session }: Rig, count: number, together = count): Promise<void> {
  const attributes = { [SESSION_LABEL]: session, image: 'busybox:latest', name: 'noise' };
  const event = { type: 'container', action: 'exec_die', actorId: 'f'.repeat(64), attributes };
  for (let sent = 0; sent < count; sent += together)
    await Promise.all(Array.from({ length: Math.min(together, count - sent) }, () => fake.emit(event)));
}

/** How many events waited inside the engine for one of its readers: at 1,024 every operation would be held up. */
async function longestQueue({ fake }: Rig, work: () => Promise<void>): Promise<number> {
  let longest = 0;
  const stop = fake.model.bus.listen((_event: EngineEvent) => {
    for (const { queued } of fake.model.bus.subscriptions) longest = Math.max(longest, queued);
  });
  await work();
  stop();
  return longest;
}
