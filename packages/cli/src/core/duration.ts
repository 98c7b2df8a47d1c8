const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Milliseconds in at most two units: `0.4s`, `12s`, `3m04s`, `2h05m`, `3d04h`. */
export function durationText(milliseconds: number): string {
  const ms = Math.max(0, milliseconds);
  if (ms < 10 * SECOND) return `${(Math.floor(ms / 100) / 10).toFixed(1)}s`;
  if (ms < MINUTE) return `${String(Math.floor(ms / SECOND))}s`;
  if (ms < HOUR) return pair(ms, MINUTE, 'm', SECOND, 's');
  if (ms < DAY) return pair(ms, HOUR, 'h', MINUTE, 'm');
  return pair(ms, DAY, 'd', HOUR, 'h');
}

function pair(ms: number, large: number, largeUnit: string, small: number, smallUnit: string): string {
  const rest = String(Math.floor((ms % large) / small)).padStart(2, '0');
  return `${String(Math.floor(ms / large))}${largeUnit}${rest}${smallUnit}`;
}

const UNITS: Readonly<Record<string, number>> = { ms: 1, s: SECOND, m: MINUTE, h: HOUR, d: DAY };
const SECONDS = /^\d+(?:\.\d+)?$/;
const DURATION = /^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/;
const PARTS = /(\d+(?:\.\d+)?)(ms|s|m|h|d)/g;

/** What {@link parseDuration} takes, in words. */
export const DURATION_FORM = 'numbers with ms, s, m, h or d, such as 300ms, 90s, 10m or 1h30m';

/** Milliseconds of `1.5s`, `300ms`, `2m`, `1h30m`; a bare number is seconds. `undefined`: not such a text. */
export function parseDuration(text: string): number | undefined {
  if (SECONDS.test(text)) return Number(text) * SECOND;
  if (!DURATION.test(text)) return undefined;
  return [...text.matchAll(PARTS)].reduce((sum, [, number, unit]) => sum + Number(number) * UNITS[unit!]!, 0);
}
