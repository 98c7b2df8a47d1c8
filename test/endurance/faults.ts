import { once } from 'node:events';
import type { DockerTracker } from '@docker-tracker/tracker';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import type { EngineProxy } from '../engine-proxy/index.js';
import { freshnessIs } from '../real-engine/onlooker.js';

/** Breaks the way to an engine, and the engine itself, one fault at a time, and counts what it did. */
export class Faults {
  readonly counts = { cuts: 0, kills: 0, freezes: 0, stalls: 0 };
  readonly #daemon: PrivateEngine;
  readonly #proxy: EngineProxy;
  readonly #tracker: DockerTracker;
  #last: Promise<unknown> = Promise.resolve();

  constructor({ daemon, proxy, tracker }: { daemon: PrivateEngine; proxy: EngineProxy; tracker: DockerTracker }) {
    this.#daemon = daemon;
    this.#proxy = proxy;
    this.#tracker = tracker;
  }

  /** Resolves when all that was asked for is done. */
  async settled(): Promise<void> {
    await this.#last;
  }

  /** Cuts the event stream of a live view, or that one and the next as soon as it syncs. */
  cut(how: 'once' | 'twice'): void {
    this.#oneByOne(async () => {
      await freshnessIs(this.#tracker, 'live');
      const away = freshnessIs(this.#tracker, 'stale');
      this.counts.cuts += this.#proxy.cutEvents();
      await away;
      if (how === 'once') return;
      await freshnessIs(this.#tracker, 'syncing');
      this.counts.cuts += this.#proxy.cutEvents();
    });
  }

  /** SIGKILL, and a new daemon on the same data. */
  kill(): void {
    this.#oneByOne(async () => {
      await this.#daemon.kill();
      await this.#daemon.start();
      this.counts.kills += 1;
    });
  }

  /** SIGSTOP for a while: nothing is refused, nothing answered. */
  freeze(ms: number): void {
    this.#oneByOne(async () => {
      const { pid } = this.#daemon;
      if (pid === undefined) return;
      process.kill(pid, 'SIGSTOP');
      try {
        await once(AbortSignal.timeout(ms), 'abort');
      } finally {
        process.kill(pid, 'SIGCONT');
      }
      this.counts.freezes += 1;
    });
  }

  /** Half-open: connections stay, nothing passes. */
  stall(ms: number): void {
    this.#oneByOne(async () => {
      this.#proxy.stall();
      await once(AbortSignal.timeout(ms), 'abort');
      this.#proxy.resume();
      this.counts.stalls += 1;
    });
  }

  #oneByOne(fault: () => Promise<void>): void {
    this.#last = this.#last.then(fault);
    this.#last.catch(() => undefined);
  }
}
