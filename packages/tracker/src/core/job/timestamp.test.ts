import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatTimestamp, knownTimestamp, parseTimestamp } from './timestamp.js';

describe('parseTimestamp', () => {
  it.each([
    ['2026-11-23T20:44:51.239138302Z', 1_795_466_691_239_138_302n],
    ['2026-11-23T20:44:51.5Z', 1_795_466_691_500_000_000n],
    ['2026-11-23T20:44:51.000000001Z', 1_795_466_691_000_000_001n],
    ['2026-11-23T20:44:51Z', 1_795_466_691_000_000_000n],
    ['1970-01-01T00:00:00Z', 0n],
    ['1969-12-31T23:59:59.5Z', -500_000_000n],
  ])('reads %s to the nanosecond', (text, nano) => {
    expect(parseTimestamp(text)).toBe(nano);
  });

  it.each([
    ['2026-11-23T21:44:51.239138302+01:00'],
    ['2026-11-23T15:14:51.239138302-05:30'],
    ['2026-11-24T02:29:51.239138302+05:45'],
  ])('applies the offset of %s', (text) => {
    expect(parseTimestamp(text)).toBe(1_795_466_691_239_138_302n);
  });

  it.each([
    undefined,
    '',
    'now',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00.000000000Z',
    '2026-11-23',
    '2026-11-23T20:44:51',
    '2026-11-23T20:44:51.1234567890Z',
    '2026-11-23 20:44:51Z',
  ])('takes %s for no time', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
    expect(knownTimestamp(text)).toBeUndefined();
  });

  it('keeps the text of a time as it is', () => {
    expect(knownTimestamp('2026-11-23T21:44:51.5+01:00')).toBe('2026-11-23T21:44:51.5+01:00');
  });
});

describe('formatTimestamp', () => {
  it('prints what parseTimestamp reads, for any moment since 1970', () => {
    fc.assert(
      fc.property(fc.bigInt({ min: 0n, max: 4_102_444_800_000_000_000n }), (nano) => {
        const text = formatTimestamp(nano);
        expect(text).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/);
        expect(parseTimestamp(text)).toBe(nano);
      }),
    );
  });
});
