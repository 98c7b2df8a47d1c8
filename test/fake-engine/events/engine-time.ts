const NS_PER_SEC = 1_000_000_000n;

/** Go's zero time, which the engine prints for "never". */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

/** RFC 3339 with nanoseconds, trailing zeros cut as Go's RFC3339Nano does; 0 is the zero time. */
export function formatTime(ns: bigint): string {
  if (ns === 0n) return ZERO_TIME;
  const fraction = (ns % NS_PER_SEC).toString().padStart(9, '0').replace(/0+$/, '');
  return `${wholeSeconds(ns)}${fraction === '' ? '' : `.${fraction}`}Z`;
}

/** The same with all nine digits: log lines have fixed width. */
export function formatFixedTime(ns: bigint): string {
  return `${wholeSeconds(ns)}.${(ns % NS_PER_SEC).toString().padStart(9, '0')}Z`;
}

/** Unix seconds of a stamp. */
export function toSeconds(ns: bigint): number {
  return Number(ns / NS_PER_SEC);
}

/**
 * Reads `since` and `until`: Unix seconds, optionally `.` and nanoseconds. The fraction is padded on the right, so
 * `.5` is half a second (daemon/internal/timestamp/timestamp.go). Undefined when the engine would refuse the text.
 */
export function parseTime(text: string): bigint | undefined {
  const match = /^(-?\d+)(?:\.(\d*))?$/.exec(text);
  if (match === null) return undefined;
  const [, seconds = '0', fraction = ''] = match;
  return BigInt(seconds) * NS_PER_SEC + BigInt(fraction.slice(0, 9).padEnd(9, '0'));
}

function wholeSeconds(ns: bigint): string {
  return new Date(Number(ns / 1_000_000n)).toISOString().slice(0, 19);
}
