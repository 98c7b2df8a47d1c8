import { parseTimestamp } from '@docker-tracker/drmaa2';

export { parseTimestamp };

/** Nanoseconds since the Unix epoch on the engine's clock. A number cannot hold them: `timeNano` is above 2^53. */
export type EngineNano = bigint;

/** The time as the engine would print it, in UTC with nine digits of fraction. */
export function formatTimestamp(nano: EngineNano): string {
  const seconds = new Date(Number(nano / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nano % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}

/** The text itself, unless it is Go's zero time or no time. */
export function knownTimestamp(text: string | undefined): string | undefined {
  return parseTimestamp(text) === undefined ? undefined : text;
}
