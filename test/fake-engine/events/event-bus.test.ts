import { describe, expect, it } from 'vitest';
import { ManualClock } from '../engine-clock.js';
import { ENGINE_EVENT_LIMITS, EventBus } from './event-bus.js';
import type { EngineEvent } from './engine-event.js';

const all = (): boolean => true;
const live = { since: undefined, until: undefined };

function publish(bus: EventBus, action: string, timeNano?: bigint): Promise<void> {
  const stamp = timeNano === undefined ? {} : { timeNano };
  return bus.publish({ type: 'container', action, actorId: 'c1', attributes: {}, scope: 'local', ...stamp });
}

function replayed(bus: EventBus, since: bigint | undefined, until?: bigint): readonly string[] {
  const { replay, subscription } = bus.subscribe({ since, until }, all);
  bus.unsubscribe(subscription);
  return replay.map(({ action }) => action);
}

describe('EventBus', () => {
  it('remembers the last 256 events of all types', async () => {
    const bus = new EventBus(new ManualClock(), ENGINE_EVENT_LIMITS);
    for (let index = 0; index < 400; index += 1) await publish(bus, `a${index}`);
    const history = replayed(bus, 0n);
    expect([history.length, history[0], history.at(-1)]).toEqual([256, 'a144', 'a399']);
  });

  it('replays nothing unless asked for an interval, whose ends belong to it', async () => {
    const bus = new EventBus(new ManualClock(), ENGINE_EVENT_LIMITS);
    for (const [index, action] of ['a', 'b', 'c'].entries()) await publish(bus, action, BigInt(100 + index));
    expect(replayed(bus, undefined)).toEqual([]);
    expect(replayed(bus, 101n)).toEqual(['b', 'c']);
    expect(replayed(bus, 102n)).toEqual(['c']);
    expect(replayed(bus, 100n, 101n)).toEqual(['a', 'b']);
    expect(replayed(bus, undefined, 100n)).toEqual(['a']);
  });

  it('stops its scan at the first older stamp, which hides newer ones behind it', async () => {
    const bus = new EventBus(new ManualClock(), ENGINE_EVENT_LIMITS);
    for (const [action, stamp] of [
      ['hidden', 110n],
      ['old', 90n],
      ['new', 120n],
    ] as const)
      await publish(bus, action, stamp);
    expect(replayed(bus, 100n)).toEqual(['new']);
    expect(replayed(bus, 90n)).toEqual(['hidden', 'old', 'new']);
  });

  it('holds the publisher up by 100 ms on a full channel, then drops for that reader alone', async () => {
    const clock = new ManualClock();
    const bus = new EventBus(clock, ENGINE_EVENT_LIMITS);
    const { subscription: slow } = bus.subscribe(live, all);
    const { subscription: other } = bus.subscribe(live, ({ action }) => action === 'last');
    for (let index = 0; index < 1024; index += 1) await publish(bus, `a${index}`);
    expect([slow.queued, slow.dropped]).toEqual([1024, 0]);

    let isPublished = false;
    const publishing = publish(bus, 'last').then(() => {
      isPublished = true;
    });
    clock.advance(99);
    await Promise.resolve();
    expect(isPublished).toBe(false);
    clock.advance(1);
    await publishing;
    expect(slow.dropped).toBe(1);
    expect(await other.next()).toMatchObject([{ action: 'last' }]);
    expect(await slow.next()).toMatchObject([{ action: 'a0' }]);
    await publish(bus, 'after');
    expect(await lastOf(slow)).toBe('after');
  });

  it('lets the publisher go on as soon as the reader takes one', async () => {
    const bus = new EventBus(new ManualClock(), { ...ENGINE_EVENT_LIMITS, channel: 2 });
    const { subscription } = bus.subscribe(live, all);
    await publish(bus, 'a');
    await publish(bus, 'b');
    const held = publish(bus, 'c');
    await subscription.next();
    await held;
    expect([subscription.dropped, await lastOf(subscription)]).toEqual([0, 'c']);
  });

  it('forgets on a restart and ends its subscriptions', async () => {
    const bus = new EventBus(new ManualClock(), ENGINE_EVENT_LIMITS);
    const { subscription } = bus.subscribe(live, all);
    await publish(bus, 'a');
    bus.forget();
    expect(replayed(bus, 0n)).toEqual([]);
    expect(await lastOf(subscription)).toBe('a');
    expect(await subscription.next()).toBeUndefined();
  });
});

async function lastOf(subscription: { readonly queued: number; next(): Promise<unknown> }): Promise<string> {
  let last = '';
  while (subscription.queued > 0) last = ((await subscription.next()) as readonly EngineEvent[])[0]?.action ?? '';
  return last;
}
