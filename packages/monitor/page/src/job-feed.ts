import { batch, effect } from '@preact/signals';
import {
  HEARTBEAT_MS,
  type FreshnessMessage,
  type HeartbeatMessage,
  type PatchMessage,
  type SnapshotMessage,
} from '../../src/dashboard/feed-message.js';
import type { Machine } from '@docker-tracker/drmaa2';
import * as page from './page-state.js';
import { visible } from './visibility.js';

const SILENCE_MS = 3 * HEARTBEAT_MS;
const MOST_LOADS = 60;

/** Follows the server's feed into the page's state while the page is visible, and knows when it is no longer heard. */
export class JobFeed {
  #events: EventSource | undefined;
  #lastId = '';
  #heardMs = Date.now();
  #drawing = false;

  open(): void {
    effect(() => {
      if (visible.value) this.#connect();
      else this.#pause();
    });
    setInterval(() => {
      page.clock.value = Date.now();
      if (!visible.value) return;
      const silent = Date.now() - this.#heardMs > SILENCE_MS;
      if (silent) this.#lost();
      if (silent || this.#events?.readyState === EventSource.CLOSED) this.#connect();
    }, 1_000);
  }

  #connect(): void {
    this.#events?.close();
    // A new attempt gets its time, too.
    this.#heardMs = Date.now();
    const events = new EventSource(`/events?last-event-id=${encodeURIComponent(this.#lastId)}`);
    this.#events = events;
    const on = (name: string, apply: (data: never) => void): void => {
      events.addEventListener(name, (event: MessageEvent<string>) => {
        if (event.lastEventId !== '') this.#lastId = event.lastEventId;
        batch(() => {
          this.#heard();
          apply(JSON.parse(event.data) as never);
        });
      });
    };
    on('snapshot', (message: SnapshotMessage) => {
      page.store.replace(message);
      page.controllable.value = message.control;
      page.scope.value = message.scope;
      this.#clock(message.nowMs);
      this.#freshness(message);
      if (message.machine) this.#machine(message.machine);
      this.#draw();
    });
    on('patch', (message: PatchMessage) => {
      page.store.apply(message);
      if (message.freshness) this.#freshness(message.freshness);
      if (message.machine) this.#machine(message.machine);
      this.#draw();
    });
    on('heartbeat', (message: HeartbeatMessage) => {
      this.#clock(message.nowMs);
      this.#freshness(message);
    });
    events.addEventListener('error', () => {
      this.#lost();
    });
  }

  /** Going on where it stopped, the server sends what the page has missed. */
  #pause(): void {
    this.#events?.close();
    this.#events = undefined;
    page.link.value = { kind: 'connecting' };
  }

  #heard(): void {
    this.#heardMs = Date.now();
    if (page.link.value.kind !== 'heard') page.link.value = { kind: 'heard' };
  }

  #lost(): void {
    if (page.link.value.kind !== 'lost') page.link.value = { kind: 'lost', sinceMs: this.#heardMs };
  }

  #clock(nowMs: number): void {
    const skewMs = nowMs - Date.now();
    if (Math.abs(skewMs - page.skewMs.value) > 250) page.skewMs.value = skewMs;
  }

  #freshness({ freshness, sinceMs }: FreshnessMessage): void {
    const { value } = page.freshness;
    if (value.freshness !== freshness || value.sinceMs !== sinceMs) page.freshness.value = { freshness, sinceMs };
  }

  #machine(machine: Machine): void {
    page.machine.value = machine;
    if (machine.load !== undefined) page.loads.value = [...page.loads.value, machine.load].slice(-MOST_LOADS);
  }

  /** However many patches arrive, the page is drawn once a frame; a hidden page, once it is looked at. */
  #draw(): void {
    if (this.#drawing) return;
    this.#drawing = true;
    requestAnimationFrame(() => {
      this.#drawing = false;
      page.revision.value += 1;
    });
  }
}
