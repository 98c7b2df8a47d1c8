import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { readTime } from './attribute-time.js';

describe('readTime', () => {
  it.each([
    [new Date(0), '1970-01-01T00:00:00.000Z'],
    ['2024-02-29T23:59:59.123456789+05:30', '2024-02-29T23:59:59.123456789+05:30'],
    ['0001-01-01T00:00:00Z', undefined],
    ['0001-01-01T00:00:00.000+00:00', undefined],
  ])('reads %s as %s', (value, time) => {
    expect(readTime('startTime', value)).toBe(time);
  });
  it.each([
    ...[
      '',
      '2026-01-01',
      '2026-02-29T00:00:00Z',
      '2026-13-01T00:00:00Z',
      '2026-01-01T24:00:00Z',
      '2026-01-01T00:00:00',
    ],
    ...['2026-01-01T00:00:00+24:00', '2026-01-01t00:00:00z', '2026-01-01T00:00:60Z'],
    ...[new Date(Number.NaN), new Date(8.64e15), 0, null, {}],
  ])('refuses %s', (value) => {
    expect(() => readTime('startTime', value)).toThrow(Drmaa2Error);
    expect(() => readTime('startTime', value)).toThrow(/^startTime is .*; accepted: a Date or an RFC 3339 text/);
  });
});
