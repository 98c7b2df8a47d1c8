const RFC3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?:Z|([+-])(\d\d):(\d\d))$/;

/**
 * Nanoseconds since the Unix epoch of an RFC 3339 time, all nine digits of its fraction kept.
 * `undefined` for Go's zero time (`0001-01-01T00:00:00Z`, "not yet") and for text that is no time.
 */
export function parseTimestamp(text: string | undefined): bigint | undefined {
  const match = RFC3339.exec(text ?? '');
  if (!match || match[1] === '0001') return undefined;
  const [, year, month, day, hour, minute, second, fraction = '', sign, offsetHour, offsetMinute] = match;
  const milliseconds = Date.UTC(+year!, +month! - 1, +day!, +hour!, +minute!, +second!);
  if (Number.isNaN(milliseconds)) return undefined;
  const offsetMinutes = sign ? Number(`${sign}1`) * (Number(offsetHour) * 60 + Number(offsetMinute)) : 0;
  return BigInt(milliseconds - offsetMinutes * 60_000) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
}

/** Nanoseconds since the Unix epoch as RFC 3339, in UTC with nine digits of fraction. */
export function formatTimestamp(nano: bigint): string {
  const seconds = new Date(Number(nano / 1_000_000_000n) * 1000).toISOString().slice(0, 19);
  return `${seconds}.${(nano % 1_000_000_000n).toString().padStart(9, '0')}Z`;
}
