import { channel } from 'node:diagnostics_channel';
import type { Engine } from '@docker-tracker/engine-client';

/** An event stream was opened. */
export interface StreamOpened {
  readonly engine: Engine;
  /** It follows one that was lost. */
  readonly again: boolean;
}

/** The view was compared with the engine's list. */
export interface ViewSynced {
  readonly engine: Engine;
  /** The first one of this watch. */
  readonly first: boolean;
  readonly durationMs: number;
}

/** An event arrived as it happened; those out of the engine's memory are not told. */
export interface EventArrived {
  readonly engine: Engine;
  /** From the engine's stamp to its arrival here, by the engine's clock; below zero where the clocks are not that exact. */
  readonly lateMs: number;
}

/** Node.js diagnostics channels of the watch; each costs nothing while nobody subscribes. */
export const STREAM_OPENED_CHANNEL = 'docker-tracker.watch.stream-opened';
export const VIEW_SYNCED_CHANNEL = 'docker-tracker.watch.view-synced';
export const EVENT_ARRIVED_CHANNEL = 'docker-tracker.watch.event-arrived';

/** What is published on each channel. */
export interface WatchMessages {
  readonly [STREAM_OPENED_CHANNEL]: StreamOpened;
  readonly [VIEW_SYNCED_CHANNEL]: ViewSynced;
  readonly [EVENT_ARRIVED_CHANNEL]: EventArrived;
}

const channels = {
  [STREAM_OPENED_CHANNEL]: channel(STREAM_OPENED_CHANNEL),
  [VIEW_SYNCED_CHANNEL]: channel(VIEW_SYNCED_CHANNEL),
  [EVENT_ARRIVED_CHANNEL]: channel(EVENT_ARRIVED_CHANNEL),
};

/** The message is made only where somebody listens. */
export function tell<Name extends keyof WatchMessages>(name: Name, message: () => WatchMessages[Name]): void {
  if (channels[name].hasSubscribers) channels[name].publish(message());
}
