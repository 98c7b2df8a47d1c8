import { parseRecord } from './list-entries.js';

/**
 * Labels ride on events as attributes beside the engine's own: one of these names would hide what an event says of the
 * job, and `drmaa2…` is how a job is told to be one.
 * @source engine-facts, attributes of container events
 */
export const RESERVED_LABELS: readonly string[] = ['exitCode', 'signal', 'name', 'image', 'execDuration', 'oldName'];

const RESERVED_PREFIX = 'drmaa2';

export const LABELS_FORM = `key=value pairs separated by ; each key once and without blanks, none of ${RESERVED_LABELS.join(' ')}, none that begins with ${RESERVED_PREFIX}`;

/** Parses `key=value;key=value`; a value may be empty or hold `=`. */
export function parseLabels(text: string): Readonly<Record<string, string>> | undefined {
  return parseRecord(text, ';', (entry) => {
    const equals = entry.indexOf('=');
    const key = entry.slice(0, equals);
    const free = !RESERVED_LABELS.includes(key) && !key.startsWith(RESERVED_PREFIX);
    return equals > 0 && free && !/[\s\p{Cc}]/u.test(key) && !/\p{Cc}/u.test(entry)
      ? [key, entry.slice(equals + 1)]
      : undefined;
  });
}
