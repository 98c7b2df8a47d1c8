import { formatTimestamp, parseTimestamp } from '@docker-tracker/drmaa2';

export { formatTimestamp, parseTimestamp };

/** Nanoseconds since the Unix epoch on the engine's clock. A number cannot hold them: `timeNano` is above 2^53. */
export type EngineNano = bigint;

/** The text itself, unless it is Go's zero time or no time. */
export function knownTimestamp(text: string | undefined): string | undefined {
  return parseTimestamp(text) === undefined ? undefined : text;
}
