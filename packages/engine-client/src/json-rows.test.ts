import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EngineProtocolError } from './errors.js';
import { JsonRowDecoder } from './json-rows.js';

const REQUEST = { method: 'GET', path: '/containers/json' } as const;

function rowsOf(text: string, pieceLength = text.length + 1, rowLimit?: number): readonly unknown[] {
  const decoder = new JsonRowDecoder(REQUEST, rowLimit === undefined ? {} : { rowLimit });
  const bytes = Buffer.from(text);
  const rows: unknown[] = [];
  for (let at = 0; at < bytes.length; at += pieceLength)
    rows.push(...decoder.push(bytes.subarray(at, at + pieceLength)));
  decoder.end();
  return rows;
}

describe('JsonRowDecoder', () => {
  it('gives what JSON.parse gives, however the bytes are cut', () => {
    const list = fc.array(fc.jsonValue({ maxDepth: 3 }), { maxLength: 6 });
    fc.assert(
      fc.property(list, fc.integer({ min: 1, max: 9 }), fc.constantFrom(undefined, 1), (rows, pieceLength, space) => {
        const text = JSON.stringify(rows, undefined, space);
        expect(rowsOf(`${text}\n`, pieceLength)).toEqual(JSON.parse(text));
      }),
    );
  });

  it('is not misled by brackets, commas and escapes inside texts', () => {
    const rows = ['],[', '\\"]', '{"a":[', ',', '\u2028\u{1F600}'];
    expect(rowsOf(JSON.stringify([rows, { '],': rows }]), 1)).toEqual([rows, { '],': rows }]);
  });

  it.each([
    ['', 'it ended before its list did'],
    ['[{"Id":"a"}', 'it ended before its list did'],
    ['{"message":"no"}', 'it is no list'],
    ['null', 'it is no list'],
    ['[1,]', 'row 1 is not JSON'],
    ['[,]', 'row 0 is not JSON'],
    ['[1 2]', 'row 0 is not JSON'],
    ['[{]', 'it ended before its list did'],
    ['[1][2]', 'there is more behind the list'],
    ['["\xff', 'it ended before its list did'],
  ])('refuses %j: %s', (text, why) => {
    expect(() => rowsOf(text)).toThrow(EngineProtocolError);
    expect(() => rowsOf(text)).toThrow(why);
  });

  it('holds no more of a row than the limit', () => {
    expect(rowsOf('["1234567"]', 3, 9)).toEqual(['1234567']);
    expect(() => rowsOf('["12345678"]', 3, 9)).toThrow('a row is longer than 9 bytes');
  });
});
