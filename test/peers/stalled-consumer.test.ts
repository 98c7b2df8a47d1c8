import { Engine, EngineOverflowError } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { BlockedConsumer } from './blocked-consumer.js';
import { rejection, Rig, SESSION_LABEL, turn, turnsUntil } from './rig.js';

const EVENTS = 5000;
const BURST = 250;

describe('consumers that do not keep up', () => {
  it('F5: a process that stood still for 5,000 events says that it may have lost some, and heals', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(30);
    await using reader = await BlockedConsumer.open({ host: rig.fake.host, session: rig.session });
    const [first = '', ...others] = ids;
    await rig.fake.exit(first, 1);
    await reader.until(({ kind }) => kind === 'ended');

    await flood(rig);
    await Promise.all(others.map((id, index) => rig.fake.exit(id, index % 9)));
    expect(rig.fake.droppedEvents).toBeGreaterThan(0);
    reader.wake();

    const ended = () => reader.told.filter((told) => told.kind === 'ended');
    await reader.until(() => ended().length === ids.length && reader.freshness.at(-1) === 'live');
    expect(reader.freshness.slice(0, 2)).toEqual(['live', 'syncing']);
    const meant = [[first, 1], ...others.map((id, index) => [id, index % 9])];
    expect(Object.fromEntries(ended().map(({ id, exitStatus }) => [id, exitStatus]))).toEqual(
      Object.fromEntries(meant),
    );
    expect(ended().length).toBe(ids.length);
  });

  it('F5: it finds out as well who was stopped by a signal in what was dropped', async () => {
    await using rig = await Rig.open();
    const [first = '', stopped = ''] = await rig.submit(2);
    await using reader = await BlockedConsumer.open({ host: rig.fake.host, session: rig.session });
    await rig.fake.exit(first, 1);
    await reader.until(({ kind }) => kind === 'ended');
    await flood(rig);
    await rig.onlooker.containers.kill(stopped, { signal: 'SIGSTOP' });
    await flood(rig);
    reader.wake();
    await reader.until(() => reader.freshness.includes('syncing'));
    // the first event in time ends the late run, and is younger than all that was dropped
    await noise(rig);
    await reader.until((told) => told.kind === 'suspended' && told.id === stopped);
  });

  it('F5: no subscriber of the tracker, however slow, makes the engine wait', async () => {
    await using rig = await Rig.open();
    const { tracker, fake } = rig;
    const hang = (): void => {
      void new Promise(() => undefined);
    };
    tracker.jobs$.subscribe(hang);
    tracker.changes$.subscribe(hang);
    tracker.transitions$.subscribe(hang);
    tracker.freshness$.subscribe(hang);
    const ids = await rig.submit(20);
    await flood(rig, () => drained(rig));
    for (const id of ids) await fake.exit(id, 2);
    await drained(rig);
    expect(fake.droppedEvents).toBe(0);
    await Promise.all(ids.map((id) => tracker.wait(id, ['Failed'])));
    expect(rig.freshness).toEqual(['live']);
  });

  it('F5: nor does an events() that nobody reads; past its buffer it says so', async () => {
    await using rig = await Rig.open();
    await using engine = await Engine.connect({ host: rig.fake.host });
    const unread = engine.events({ bufferLimit: EVENTS })[Symbol.asyncIterator]();
    const bounded = engine.events({ bufferLimit: 100 })[Symbol.asyncIterator]();
    const firsts = [unread.next(), bounded.next()];
    await rig.fake.waitForSubscriptions(3);
    await flood(rig, () => drained(rig));
    await Promise.all(firsts);
    expect(rig.fake.droppedEvents).toBe(0);

    const rest = async (): Promise<void> => {
      for (let next = await bounded.next(); next.done !== true; next = await bounded.next());
    };
    expect(await rejection(rest())).toBeInstanceOf(EngineOverflowError);
    for (let count = 1; count < EVENTS; count += 1) expect((await unread.next()).done).toBe(false);
    await unread.return?.();
  });
});

/** An event of the session's label that changes nothing. */
function noise({ fake, session }: Rig): Promise<void> {
  const attributes = { [SESSION_LABEL]: session, image: 'busybox:latest', name: 'noise' };
  return fake.emit({ type: 'container', action: 'exec_die', actorId: 'f'.repeat(64), attributes });
}

/** 5,000 of them, a burst in each turn of the event loop. */
async function flood(rig: Rig, afterBurst: () => Promise<void> = turn): Promise<void> {
  const published: Promise<void>[] = [];
  for (let sent = 0; sent < EVENTS; sent += BURST) {
    for (let index = 0; index < BURST; index += 1) published.push(noise(rig));
    await afterBurst();
  }
  await Promise.all(published);
}

/** The engine got rid of all its events: at 1,024 that wait for one reader every operation would be held up. */
function drained({ fake }: Rig): Promise<void> {
  return turnsUntil(() => fake.model.bus.subscriptions.every(({ queued }) => queued === 0));
}
