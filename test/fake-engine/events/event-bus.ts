import type { EngineClock } from '../engine-clock.js';
import type { EngineEvent } from './engine-event.js';
import { EventSubscription } from './event-subscription.js';

/** The engine's own limits (daemon/events/events.go); a test may shrink them. */
export interface EventLimits {
  readonly ring: number;
  readonly channel: number;
  readonly holdUpMs: number;
  /** Events that are written to the socket at once. The engine writes each by itself, and can do so 50,000 times a second; Node cannot. */
  readonly batch: number;
}

export const ENGINE_EVENT_LIMITS: EventLimits = { ring: 256, channel: 1024, holdUpMs: 100, batch: 1 };

export interface EventInterval {
  readonly since: bigint | undefined;
  readonly until: bigint | undefined;
}

interface Subscriber {
  readonly subscription: EventSubscription;
  readonly matches: (event: EngineEvent) => boolean;
}

/** The ring and its subscribers. */
export class EventBus {
  readonly #clock: EngineClock;
  readonly #limits: EventLimits;
  readonly #subscribers = new Set<Subscriber>();
  readonly #listeners = new Set<(event: EngineEvent) => void>();
  readonly #subscribeListeners = new Set<() => void>();
  #ring: EngineEvent[] = [];

  constructor(clock: EngineClock, limits: EventLimits) {
    this.#clock = clock;
    this.#limits = limits;
  }

  /** What a client with `since=0` would be told, oldest first. */
  get history(): readonly EngineEvent[] {
    return this.#ring;
  }

  get subscriptions(): readonly EventSubscription[] {
    return [...this.#subscribers].map(({ subscription }) => subscription);
  }

  /**
   * Stamps, stores and publishes. Settles when every subscriber took or lost it: the publisher, often under a
   * container's lock, is held up for as long.
   */
  publish(event: Omit<EngineEvent, 'timeNano'> & { readonly timeNano?: bigint }): Promise<void> {
    const stamped: EngineEvent = { ...event, timeNano: event.timeNano ?? this.#clock.now() };
    this.#ring.push(stamped);
    if (this.#ring.length > this.#limits.ring) this.#ring.shift();
    return this.deliver(stamped);
  }

  /** Publishes without storing: a second delivery of what is in the ring already is what subscribers can really see. */
  async deliver(event: EngineEvent): Promise<void> {
    for (const listener of this.#listeners) listener(event);
    const late: Promise<void>[] = [];
    for (const { subscription, matches } of this.#subscribers) {
      if (!matches(event)) continue;
      const pending = subscription.offer(event);
      if (pending !== undefined) late.push(pending);
    }
    if (late.length > 0) await Promise.all(late);
  }

  /** Puts bytes into every open stream, whatever its filters. */
  writeRaw(raw: string): void {
    for (const { subscription } of this.#subscribers) void subscription.offer({ raw });
  }

  /**
   * Snapshot of the ring and registration in one step, as under the engine's lock. Replays only when asked for an
   * interval, scanning back from the newest until the first older one: an older stamp hides what lies behind it.
   */
  subscribe(
    interval: EventInterval,
    matches: (event: EngineEvent) => boolean,
  ): { readonly replay: readonly EngineEvent[]; readonly subscription: EventSubscription } {
    const replay = this.#replay(interval).filter(matches);
    const subscription = new EventSubscription({
      capacity: this.#limits.channel,
      holdUpMs: this.#limits.holdUpMs,
      batch: this.#limits.batch,
      clock: this.#clock,
    });
    this.#subscribers.add({ subscription, matches });
    for (const tell of this.#subscribeListeners) tell();
    return { replay, subscription };
  }

  unsubscribe(subscription: EventSubscription): void {
    for (const subscriber of this.#subscribers)
      if (subscriber.subscription === subscription) this.#subscribers.delete(subscriber);
    subscription.end();
  }

  /** For tests that wait for an event inside the engine. */
  listen(listener: (event: EngineEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** Settles once so many subscriptions exist at a time. */
  whenSubscribed(count: number): Promise<void> {
    if (this.#subscribers.size >= count) return Promise.resolve();
    return new Promise((resolve) => {
      const look = (): void => {
        if (this.#subscribers.size < count) return;
        this.#subscribeListeners.delete(look);
        resolve();
      };
      this.#subscribeListeners.add(look);
    });
  }

  /** A restart of the engine: the history is gone, the streams end. */
  forget(): void {
    this.#ring = [];
    for (const { subscription } of this.#subscribers) subscription.end();
    this.#subscribers.clear();
  }

  #replay({ since, until }: EventInterval): readonly EngineEvent[] {
    if (since === undefined && until === undefined) return [];
    const found: EngineEvent[] = [];
    for (const event of this.#ring.toReversed()) {
      if (since !== undefined && event.timeNano < since) break;
      if (until === undefined || event.timeNano <= until) found.push(event);
    }
    return found.reverse();
  }
}
