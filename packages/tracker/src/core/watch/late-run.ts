/**
 * The engine drops events for a reader only after it waited 100 ms on a full channel of 1,024, so a drop is always
 * surrounded by about 1,024 consecutive events that arrive at least 100 ms late. Half of each is the alarm.
 * @source moby daemon/events/events.go, vendor/github.com/moby/pubsub/publisher.go
 */
export const LATE_RUN_EVENTS = 512;
export const LATE_MS = 50;

/** A stamp further in the future than this means that a clock was set. */
export const FUTURE_MS = 500;

/**
 * So does a first late event this old: a stream begins with what is at most some seconds old, see the guard of the list and watch.
 * A reader that stood still for as long loses nothing by it.
 */
export const LONG_AGO_MS = 10_000;

export interface LateRun {
  readonly consecutive: number;
  readonly alarm: boolean;
}

export const ON_TIME: LateRun = { consecutive: 0, alarm: false };

interface Lateness {
  readonly run: LateRun;
  readonly verdict: 'on-time' | 'late' | 'alarm' | 'over' | 'clock-moved';
}

/**
 * Judges the next event. `alarm`: a drop is possible from here on. `over`: the first event on time after an alarm.
 * It proves a possible loss, never its absence.
 */
export function judgeLateness(run: LateRun, lateMs: number): Lateness {
  if (lateMs < -FUTURE_MS) return { run, verdict: 'clock-moved' };
  if (lateMs < LATE_MS) return { run: ON_TIME, verdict: run.alarm ? 'over' : 'on-time' };
  const consecutive = run.consecutive + 1;
  const alarm = consecutive >= LATE_RUN_EVENTS;
  if (consecutive === 1 && lateMs > LONG_AGO_MS) return { run: { consecutive, alarm }, verdict: 'clock-moved' };
  return { run: { consecutive, alarm }, verdict: alarm && !run.alarm ? 'alarm' : 'late' };
}
