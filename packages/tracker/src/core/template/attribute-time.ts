import { badValue } from './refusal.js';

/** How the Go binding writes a time that was never set. */
export const ZERO_TIME = '0001-01-01T00:00:00Z';

const ACCEPTED = 'a Date or an RFC 3339 text such as 2026-01-31T12:00:00Z or 2026-01-31T13:00:00.5+01:00';
const RFC_3339 = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d{1,9})?(?:Z|[+-](\d\d):(\d\d))$/;
const ZERO = /^0001-01-01T00:00:00(?:\.0+)?(?:Z|[+-]00:00)$/;

/**
 * A template's time as RFC 3339 text; a text is kept as written (nanoseconds, offset), a Date becomes UTC.
 * @returns undefined for the zero time, which means unset.
 * @throws {Drmaa2Error} InvalidArgument: anything that Go's `time.Time` would not read back.
 */
export function readTime(name: string, value: unknown): string | undefined {
  if (value instanceof Date) {
    if (Number.isNaN(value.getTime())) throw badValue(name, 'an invalid Date', ACCEPTED);
    return readText(name, value.toISOString()); // years beyond 9999 are refused there
  }
  if (typeof value !== 'string') throw badValue(name, value, ACCEPTED);
  return readText(name, value);
}

function readText(name: string, text: string): string | undefined {
  const match = RFC_3339.exec(text);
  if (match === null) throw badValue(name, text, ACCEPTED);
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0, offsetHour = 0, offsetMinute = 0] = match
    .slice(1)
    .map((digits: string | undefined) => Number(digits ?? 0));
  const dayIsReal = month >= 1 && month <= 12 && day >= 1 && day <= daysOf(year, month);
  const timeIsReal = hour < 24 && minute < 60 && second < 60 && offsetHour < 24 && offsetMinute < 60;
  if (!dayIsReal || !timeIsReal) throw badValue(name, text, ACCEPTED);
  return ZERO.test(text) ? undefined : text;
}

function daysOf(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}
