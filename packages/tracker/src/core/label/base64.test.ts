import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64 } from './base64.js';
import { decodeUtf8, encodeUtf8 } from './utf8.js';

describe('base64', () => {
  it('agrees with Buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        expect(encodeBase64(bytes)).toBe(text);
        expect(decodeBase64(text)).toEqual(bytes);
      }),
    );
  });
  it.each(['=', 'a', 'ab', 'abc', 'ab=c', 'abcde', 'ab-_', 'ab= =', 'a==='])('refuses %s', (text) => {
    expect(decodeBase64(text)).toBeUndefined();
  });
  it('holds 16 MiB', () => {
    const bytes = new Uint8Array(2 ** 24).fill(255);
    expect(Buffer.compare(decodeBase64(encodeBase64(bytes)) ?? new Uint8Array(), bytes)).toBe(0);
  });
});

describe('utf8', () => {
  it('agrees with TextEncoder, lone surrogates included', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff })), (units) => {
        const text = String.fromCharCode(...units);
        expect(encodeUtf8(text)).toEqual(new TextEncoder().encode(text));
      }),
    );
  });
  it('agrees with a fatal TextDecoder on any bytes', () => {
    const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
    const lead = fc.constantFrom(
      0x41,
      0x80,
      0xbf,
      0xc0,
      0xc1,
      0xc2,
      0xe0,
      0xed,
      0xa0,
      0x9f,
      0xef,
      0xf0,
      0x90,
      0xf4,
      0x8f,
      0xf5,
      0xff,
    );
    const bytes = fc.oneof(
      fc.uint8Array(),
      fc.array(lead).map((list) => Uint8Array.from(list)),
      fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text)),
    );
    fc.assert(
      fc.property(bytes, (given) => {
        let expected: string | undefined;
        try {
          expected = decoder.decode(given);
        } catch {
          expected = undefined;
        }
        expect(decodeUtf8(given)).toBe(expected);
      }),
      { numRuns: 3000 },
    );
  });
});
