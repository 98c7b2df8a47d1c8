/** The engine's clock: wall time in nanoseconds, never the same value twice, plus the engine's timers. */
export interface EngineClock {
  now(): bigint;
  /** Calls back after `delayMs`; the answer cancels it. */
  after(delayMs: number, callback: () => void): () => void;
  /** Steps the wall clock, as an administrator or NTP would; timers do not care. */
  jump(byMs: number): void;
  /** Cancels whatever is pending, so that nothing keeps a process alive. */
  dispose(): void;
}

const NS_PER_MS = 1_000_000n;

/** Follows the host's clock. */
export class SystemClock implements EngineClock {
  readonly #timers = new Set<NodeJS.Timeout>();
  #base = BigInt(Date.now()) * NS_PER_MS - process.hrtime.bigint();
  #last = 0n;

  now(): bigint {
    const wall = this.#base + process.hrtime.bigint();
    // real engines never repeated a stamp in 45 000 events
    this.#last = wall > this.#last ? wall : this.#last + 1n;
    return this.#last;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      callback();
    }, delayMs);
    this.#timers.add(timer);
    return () => {
      clearTimeout(timer);
      this.#timers.delete(timer);
    };
  }

  jump(byMs: number): void {
    this.#base += BigInt(Math.round(byMs * 1e6));
    this.#last = 0n;
  }

  dispose(): void {
    for (const timer of this.#timers) clearTimeout(timer);
    this.#timers.clear();
  }
}

/** Moves only by {@link ManualClock.advance}; each reading still differs, by one microsecond. */
export class ManualClock implements EngineClock {
  readonly #timers = new Set<{ readonly dueNs: bigint; readonly callback: () => void }>();
  #wall: bigint;
  #steady = 0n;

  constructor(startNs: bigint = BigInt(Date.now()) * NS_PER_MS) {
    this.#wall = startNs;
  }

  now(): bigint {
    this.#wall += 1000n;
    return this.#wall;
  }

  after(delayMs: number, callback: () => void): () => void {
    const timer = { dueNs: this.#steady + BigInt(Math.round(delayMs * 1e6)), callback };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  jump(byMs: number): void {
    this.#wall += BigInt(Math.round(byMs * 1e6));
  }

  /** Lets time pass and runs what came due, earliest first. */
  advance(byMs: number): void {
    const target = this.#steady + BigInt(Math.round(byMs * 1e6));
    for (;;) {
      const [next] = [...this.#timers].sort((left, right) => (left.dueNs < right.dueNs ? -1 : 1));
      if (next === undefined || next.dueNs > target) break;
      this.#move(next.dueNs);
      this.#timers.delete(next);
      next.callback();
    }
    this.#move(target);
  }

  dispose(): void {
    this.#timers.clear();
  }

  #move(to: bigint): void {
    this.#wall += to - this.#steady;
    this.#steady = to;
  }
}
