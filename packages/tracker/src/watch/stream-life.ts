import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { engineTime } from '@docker-tracker/engine-client';
import type { EngineNano } from '../core/job/timestamp.js';
import { EVENT_ARRIVED_CHANNEL, STREAM_OPENED_CHANNEL, tell } from '../diagnostics.js';
import { backoff } from './backoff.js';
import { isOver, linkedSignal, pause } from './cancellation.js';
import type { LateRunAlarm } from './late-run-alarm.js';
import type { ListWatchPorts } from './list-watch-ports.js';
import { auditSilence, readMemory, type EventMemory } from './silence-audit.js';
import type { Heard } from './stream-trial.js';
import type { ViewSync } from './view-sync.js';

/** Events of different containers may be stored out of order by some 20 ms, and the stream's head comes before its subscription. */
const GUARD_NANO = 5_000_000_000n;

export interface StreamLifeParts {
  readonly ports: ListWatchPorts;
  readonly sync: ViewSync;
  readonly late: LateRunAlarm;
  readonly stop: AbortSignal;
}

/** One life of the event stream, from its opening to its end, with the sync that it begins with and those that are asked for while it goes on. */
export class StreamLife {
  readonly #ports: ListWatchPorts;
  readonly #sync: ViewSync;
  readonly #late: LateRunAlarm;
  readonly #stop: AbortSignal;
  /** What the stream has told last, and when by our clock; after a sync, what that has seen. */
  #heard: Heard = { upTo: 0n, atMs: 0 };
  /** While there is something to complete: aborts when the stream is over, and with it every sync. */
  #open: AbortSignal | undefined;
  #wanted = false;
  #syncing: Promise<void> | undefined;

  constructor({ ports, sync, late, stop }: StreamLifeParts) {
    this.#ports = ports;
    this.#sync = sync;
    this.#late = late;
    this.#stop = stop;
  }

  /** Settles when the life is over, whatever ended it; `live` is called after its first sync. */
  async run(live: () => void): Promise<void> {
    const over = new AbortController();
    const { signal, end } = linkedSignal(this.#stop, over.signal);
    try {
      await this.#live(over, signal, live);
    } finally {
      end();
    }
  }

  /** Lists again while the stream goes on. Asked during a sync, it is done once more after that. */
  resync(): void {
    if (!this.#open) return;
    this.#wanted = true;
    if (!this.#syncing) void this.#underWay(this.#resyncUntilDone(this.#open));
  }

  async #live(over: AbortController, signal: AbortSignal, live: () => void): Promise<void> {
    const { engine } = this.#ports;
    this.#late.reset();
    const firstTime = this.#sync.openedAt === undefined;
    if (!firstTime) await engine.negotiate({ signal });
    const now = await this.#sync.measure(signal);
    const before = engine.silenceMs === 0 ? undefined : await readMemory(this.#ports, signal);
    this.#heard = { upTo: now, atMs: performance.now() };
    const { stream, opened } = this.#watchEvents(now, signal);
    try {
      await Promise.race([opened, ended(stream)]);
      tell(STREAM_OPENED_CHANNEL, () => ({ engine, again: !firstTime }));
      this.#ports.connected(signal);
      const synced = this.#underWay(this.#syncAt(now, signal));
      this.#open = signal;
      await Promise.race([synced, ended(stream)]);
      live();
      await Promise.race([stream, ...(before ? [this.#audit(before, signal)] : [])]);
    } finally {
      this.#open = undefined;
      over.abort(new Error('the event stream is over'));
      await stream.catch(() => undefined);
    }
  }

  #watchEvents(now: EngineNano, signal: AbortSignal): { stream: Promise<void>; opened: Promise<void> } {
    const { engine, clock } = this.#ports;
    let onOpen!: () => void;
    const opened = new Promise<void>((resolve) => {
      onOpen = resolve;
    });
    const stream = engine.watchEvents({
      since: engineTime(this.#toldUpTo(now) - GUARD_NANO),
      filters: { type: ['container'], label: this.#ports.labels },
      signal,
      onOpen,
      onEvent: (event, receivedAtMs) => {
        this.#late.judge(event.timeNano, receivedAtMs);
        if (event.timeNano > now)
          tell(EVENT_ARRIVED_CHANNEL, () => ({ engine, lateMs: clock.lateMs(event.timeNano, receivedAtMs) }));
        const upTo = event.timeNano > this.#heard.upTo ? event.timeNano : this.#heard.upTo;
        this.#heard = { upTo, atMs: performance.now() };
        this.#sync.pass(event, now);
      },
    });
    stream.catch(() => undefined);
    return { stream, opened };
  }

  /** From there on the stream tells everything in its order: a young event before an old one would be taken for its better. */
  #toldUpTo(now: EngineNano): EngineNano {
    const last = this.#ports.progress.lastEvent;
    return last > 0n && last < now ? last : now;
  }

  /** Rejects when the stream turns out to be dead. */
  #audit(before: EventMemory, signal: AbortSignal): Promise<never> {
    const { engine, labels, records } = this.#ports;
    const isWatched = (labelled: Readonly<Record<string, string>>): boolean => this.#ports.isWatched(labelled);
    return auditSilence({ engine, labels, records, isWatched, heard: () => this.#heard, before }, signal);
  }

  #underWay(sync: Promise<void>): Promise<void> {
    const syncing = sync.finally(() => {
      this.#syncing = undefined;
      // Asked for since the sync looked last.
      if (this.#wanted && this.#open && !isOver(this.#open)) this.resync();
    });
    this.#syncing = syncing;
    return syncing;
  }

  #syncAt(now: EngineNano, life: AbortSignal): Promise<void> {
    return this.#sync.run({ now, life, isWanted: () => this.#wanted });
  }

  async #resyncUntilDone(life: AbortSignal): Promise<void> {
    let failures = 0;
    while (this.#wanted && !isOver(life)) {
      this.#wanted = false;
      try {
        await this.#syncAt(await this.#sync.measure(life), life);
        failures = 0;
      } catch {
        // The next stream begins with a sync of its own.
        if (isOver(life)) return;
        // A failed list leaves the view in doubt: again, until it works.
        this.#ports.fresh('stale');
        this.#wanted = true;
        failures += 1;
        await pause(backoff(failures), life).catch(() => undefined);
      }
    }
  }
}

/** Rejects when the stream ends, even cleanly: whoever waits beside it must not wait for ever. */
async function ended(stream: Promise<void>): Promise<never> {
  await stream;
  throw new Drmaa2Error('DrmCommunication', 'the engine ended the event stream');
}
