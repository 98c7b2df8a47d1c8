import { usageError } from './command-error.js';
import { DURATION_FORM, parseDuration } from './duration.js';

const UNIX_SECONDS = /^\d+(?:\.\d{1,9})?$/;
const DATE = /^\d{4}-\d\d-\d\d$/;
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:\d\d)?$/;

/**
 * The Unix seconds of `--since`, which takes what docker's takes: a time of RFC 3339, without a zone this host's, the date alone
 * its beginning; Unix seconds; or how long ago.
 *
 * @throws {CommandError} none of them.
 */
export function sinceSeconds(text: string, nowMs: number): string {
  if (UNIX_SECONDS.test(text)) return text;
  const ago = parseDuration(text);
  const at = ago === undefined ? timeOf(text) : nowMs - ago;
  if (!Number.isNaN(at)) return (at / 1_000).toFixed(3);
  throw usageError(
    `--since: ${JSON.stringify(text)} is no time`,
    `give a time as 2026-01-31T12:00:00Z, Unix seconds, or how long ago: ${DURATION_FORM}`,
  );
}

/** Milliseconds. A date alone would be taken for UTC. */
function timeOf(text: string): number {
  if (DATE.test(text)) return Date.parse(`${text}T00:00`);
  return TIME.test(text) ? Date.parse(text) : Number.NaN;
}
