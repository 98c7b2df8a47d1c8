import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { byCodePoint } from './code-point-order.js';

describe('byCodePoint', () => {
  it('orders texts like their UTF-8 bytes', () => {
    const text = fc.string({
      unit: fc.constantFrom('a', 'b', '\uffff', '\ue000', '\u{1f600}', '\u{1f601}', '\u{10ffff}', ''),
    });
    fc.assert(
      fc.property(text, text, (left, right) => {
        expect(Math.sign(byCodePoint(left, right))).toBe(Buffer.compare(Buffer.from(left), Buffer.from(right)));
      }),
      { numRuns: 2000 },
    );
  });
});
