import { backoff } from './backoff.js';
import { isOver, pause } from './cancellation.js';
import { LateRunAlarm } from './late-run-alarm.js';
import type { ListWatchPorts } from './list-watch-ports.js';
import { StreamLife } from './stream-life.js';
import { ViewSync } from './view-sync.js';

/**
 * Keeps one event stream open, and syncs with the list after each opening, late run, or impossible event, until `stop` aborts.
 * Resolves after the first sync; an engine that cannot be reached before that rejects.
 */
export function runListWatch(ports: ListWatchPorts, stop: AbortSignal): Promise<void> {
  return new ListWatch(ports, stop).first;
}

/** One life of the event stream after the other. */
class ListWatch {
  readonly first: Promise<void>;
  readonly #ports: ListWatchPorts;
  readonly #stop: AbortSignal;
  readonly #late: LateRunAlarm;
  readonly #sync: ViewSync;
  #life: StreamLife | undefined;

  constructor(ports: ListWatchPorts, stop: AbortSignal) {
    this.#ports = ports;
    this.#stop = stop;
    const resync = (): void => this.#life?.resync();
    this.#late = new LateRunAlarm({
      clock: ports.clock,
      alarmed: () => {
        ports.fresh('syncing');
      },
      doubtful: resync,
    });
    this.#sync = new ViewSync(ports, this.#late);
    this.first = new Promise((resolve, reject) => {
      void this.#run(resolve, reject);
    });
    const subscription = ports.resyncs$.subscribe(resync);
    stop.addEventListener('abort', () => {
      subscription.unsubscribe();
      this.#late.reset();
    });
  }

  async #run(opened: () => void, impossible: (error: unknown) => void): Promise<void> {
    let failures = 0;
    while (!isOver(this.#stop)) {
      this.#life = new StreamLife({ ports: this.#ports, sync: this.#sync, late: this.#late, stop: this.#stop });
      try {
        await this.#life.run(() => {
          failures = 0;
          opened();
        });
      } catch (error) {
        // Before the first sync the caller decides; afterwards the job is to come back, whatever the reason.
        if (this.#sync.openedAt === undefined || isOver(this.#stop)) {
          impossible(error);
          return;
        }
      }
      if (isOver(this.#stop)) return;
      this.#ports.fresh('stale');
      failures += 1;
      await pause(backoff(failures), this.#stop).catch(() => undefined);
    }
  }
}
