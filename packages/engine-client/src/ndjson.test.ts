import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineProtocolError } from './errors.js';
import { NdjsonDecoder } from './ndjson.js';

const REQUEST = { method: 'GET', path: '/events' } as const;

/** `bytes` cut at these places. */
function cut(bytes: Buffer, places: readonly number[]): Buffer[] {
  const edges = [0, ...places.map((place) => place % (bytes.length + 1)).sort((a, b) => a - b), bytes.length];
  return edges.slice(1).map((end, index) => bytes.subarray(edges[index], end));
}

function decodeAll(chunks: readonly Uint8Array[], lineLimit?: number): string[] {
  const decoder = new NdjsonDecoder(REQUEST, lineLimit === undefined ? {} : { lineLimit });
  return [...chunks.flatMap((chunk) => decoder.push(chunk)), ...decoder.end()];
}

describe('NdjsonDecoder', () => {
  it('F21: gives the same lines however the bytes are cut, inside a UTF-8 sequence included', () => {
    fc.assert(
      fc.property(fc.array(fc.json({ stringUnit: 'grapheme' })), fc.array(fc.nat(5000)), (lines, places) => {
        const bytes = Buffer.from(lines.map((line) => `${line}\n`).join(''));
        expect(decodeAll(cut(bytes, places))).toEqual(lines);
      }),
    );
  });

  it('decodes one byte at a time', () => {
    const bytes = Buffer.from('{"a":"ä€😀"}\n{"b":1}\n');
    expect(decodeAll([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(['{"a":"ä€😀"}', '{"b":1}']);
  });

  it('strips the record separator, skips empty lines and gives a last line without LF', () => {
    const bytes = Buffer.from('\x1e{"a":1}\n\n\r\n\x1e\n{"b":2}');
    expect(decodeAll([bytes])).toEqual(['{"a":1}', '{"b":2}']);
  });

  it('refuses a line beyond the limit as soon as it is', () => {
    const decoder = new NdjsonDecoder(REQUEST, { lineLimit: 10 });
    expect(decoder.push(Buffer.from('123456789\n12345'))).toEqual(['123456789']);
    expect(() => decoder.push(Buffer.from('678901'))).toThrow(EngineProtocolError);
  });

  it('refuses bytes that are not UTF-8, and keeps the first 200 of them', () => {
    const bytes = Buffer.concat([Buffer.alloc(300, 0x61), Buffer.of(0xff, 0x0a)]);
    const refusal = expect.objectContaining({ code: 'ENGINE_PROTOCOL', excerpt: 'a'.repeat(200) }) as Error;
    expect(() => decodeAll([bytes])).toThrow(refusal);
  });

  it('takes a line of 32 MiB in small chunks in linear time', () => {
    const chunk = Buffer.alloc(1024, 0x61);
    const decoder = new NdjsonDecoder(REQUEST);
    for (let count = 0; count < 32 * 1024; count += 1) decoder.push(chunk);
    expect(decoder.push(Buffer.from('\n'))[0]).toHaveLength(32 * 1024 * 1024);
  });
});
