import type { EngineNano } from '../core/job/timestamp.js';
import { judgeLateness, ON_TIME, type LateRun } from '../core/watch/late-run.js';
import type { EngineClock } from './engine-clock.js';

/** A stream is in the order of its stamps, but for some 20 ms: more than this back, and a clock was set. */
const DISORDER_NANO = 250_000_000n;
/** With 250 ms without an event a late run is over as well. */
const SILENCE_MS = 250;

export interface LateRunPorts {
  readonly clock: EngineClock;
  /** Events may have been dropped, and may still be. */
  alarmed(): void;
  /** The late run is over, or a clock was set: time to list. */
  doubtful(): void;
}

/** Watches how late events arrive, and says when some may have been dropped for us. */
export class LateRunAlarm {
  readonly #ports: LateRunPorts;
  #run: LateRun = ON_TIME;
  #count = 0;
  #youngest: EngineNano = 0n;
  #silence: NodeJS.Timeout | undefined;

  constructor(ports: LateRunPorts) {
    this.#ports = ports;
  }

  /** A late run is under way: a list now would be too early. */
  get raised(): boolean {
    return this.#run.alarm;
  }

  /** Late runs so far: in each, events may have been dropped. */
  get count(): number {
    return this.#count;
  }

  judge(at: EngineNano, receivedAtMs: number): void {
    const { run, verdict } = judgeLateness(this.#run, this.#ports.clock.lateMs(at, receivedAtMs));
    this.#run = run;
    clearTimeout(this.#silence);
    if (verdict === 'alarm') {
      this.#count += 1;
      this.#ports.alarmed();
    }
    const backwards = at + DISORDER_NANO < this.#youngest;
    if (backwards || at > this.#youngest) this.#youngest = at;
    if (verdict === 'over' || verdict === 'clock-moved' || backwards) {
      this.#ports.doubtful();
    } else if (run.alarm) {
      this.#silence = setTimeout(() => {
        this.#run = ON_TIME;
        this.#ports.doubtful();
      }, SILENCE_MS);
    }
  }

  /** A new stream has its own history. */
  reset(): void {
    clearTimeout(this.#silence);
    this.#run = ON_TIME;
    this.#youngest = 0n;
  }
}
