import { isIP } from 'node:net';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isIpAddress } from './ip-address.js';

describe('isIpAddress', () => {
  it('agrees with node:net', () => {
    const pieces = fc
      .array(fc.constantFrom('0', '1', 'ff', 'g', ':', '::', '.', '255', '256', '1.2.3.4', '01', ''))
      .map((list) => list.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6(), pieces, fc.string()), (text) => {
        expect(isIpAddress(text)).toBe(isIP(text) !== 0 && !text.includes('%'));
      }),
      { numRuns: 5000 },
    );
  });
  it.each(['::', '::1', '1::', '::ffff:1.2.3.4', '1:2:3:4:5:6:7:8', '1:2:3:4:5:6:7::'])('accepts %s', (text) => {
    expect(isIpAddress(text)).toBe(true);
  });
  it.each([
    '',
    ':',
    ':::',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.4.',
    '[::1]',
    'fe80::1%eth0',
  ])('refuses %j', (text) => {
    expect(isIpAddress(text)).toBe(false);
  });
});
