import { BehaviorSubject, Subject } from 'rxjs';
import { describe, expect, it } from 'vitest';
import type { EventObservation } from '../core/job/observation.js';
import { event } from '../core/job/test-support/observations.test.support.js';
import type { Freshness } from './freshness.js';
import type { JobWatch } from './job-watch.js';
import { withOwnEvent } from './own-event.js';

const KILL = event('kill', 5);

function watched(): {
  readonly watch: JobWatch;
  readonly events$: Subject<EventObservation>;
  readonly freshness$: BehaviorSubject<Freshness>;
  readonly listeners: () => number;
} {
  const events$ = new Subject<EventObservation>();
  const forgotten$ = new Subject<string>();
  const freshness$ = new BehaviorSubject<Freshness>('live');
  const watch = { events$, forgotten$, freshness$ } as unknown as JobWatch;
  const listeners = (): number => [events$, forgotten$, freshness$].filter(({ observed }) => observed).length;
  return { watch, events$, freshness$, listeners };
}

describe('a call that waits for its own event', () => {
  const own = { isOwn: ({ action }: EventObservation) => action === 'kill', read: () => 'held', signal: undefined };

  it('listens while it is under way, and not once its event was folded', async () => {
    const { watch, events$, listeners } = watched();
    const held = withOwnEvent(watch, KILL.id, own, () => Promise.resolve(undefined));
    expect(listeners()).toBe(3);
    events$.next(event('kill', 5, { id: 'another' }));
    events$.next(KILL);
    expect(await held).toBe('held');
    expect(listeners()).toBe(0);
  });

  it('leaves no listener behind when the engine refuses, however often', async () => {
    const { watch, listeners } = watched();
    for (let call = 0; call < 3; call += 1) {
      const refused = withOwnEvent(watch, KILL.id, own, () => Promise.reject(new Error('refused')));
      await expect(refused).rejects.toThrow('refused');
    }
    expect(listeners()).toBe(0);
  });

  it('nor when the call has an answer of its own, nor when it throws at once', async () => {
    const { watch, listeners } = watched();
    expect(await withOwnEvent(watch, KILL.id, own, () => Promise.resolve('asked'))).toBe('asked');
    const thrown = withOwnEvent(watch, KILL.id, own, () => {
      throw new Error('at once');
    });
    await expect(thrown).rejects.toThrow('at once');
    expect(listeners()).toBe(0);
  });

  it('nor when it is aborted, or a sync tells after the stream was lost', async () => {
    const { watch, freshness$, listeners } = watched();
    const stop = new AbortController();
    const call = (): Promise<undefined> => Promise.resolve(undefined);
    const aborted = withOwnEvent(watch, KILL.id, { ...own, signal: stop.signal }, call);
    stop.abort(new Error('enough'));
    await expect(aborted).rejects.toThrow('enough');
    const synced = withOwnEvent(watch, KILL.id, own, call);
    for (const freshness of ['stale', 'syncing', 'live'] as const) freshness$.next(freshness);
    expect(await synced).toBe('held');
    expect(listeners()).toBe(0);
  });
});
