/** `Date.now()` has steps of a millisecond; three looks at where a step is leave an error of some microseconds. */
const LOOKS = 3;

/**
 * The wall clock in parts of a millisecond, to be compared with the engine's own stamps on the same host. Take a new one
 * for each measurement: the wall clock is corrected while the process's own goes straight on.
 */
export class WallClock {
  readonly #offsetMs: number;

  constructor() {
    const offsets = Array.from({ length: LOOKS }, () => stepMs());
    // A process that was put aside between the two readings sees the step too late, never too early.
    this.#offsetMs = Math.max(...offsets);
  }

  nowMs(): number {
    return this.#offsetMs + performance.now();
  }
}

function stepMs(): number {
  const before = Date.now();
  let now = before;
  while (now === before) now = Date.now();
  return now - performance.now();
}
