import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decodeEvent } from './event.js';

const FILES = ['20.10.24', '26.1.5', '29.1.5'].flatMap((version) => [
  `events-${version}`,
  `events-older-api-${version}`,
]);

function linesOf(file: string): string[] {
  return readFileSync(new URL(`../../fixtures/${file}.ndjson`, import.meta.url), 'utf8')
    .split('\n')
    .filter(Boolean);
}

function line(fields: string): string {
  return `{"Type":"container","Action":"die",${fields}}`;
}

describe('decodeEvent', () => {
  it.each(FILES)('reads every line of %s with the digits of its timeNano', (file) => {
    const lines = linesOf(file);
    expect(lines.length).toBeGreaterThan(50);
    for (const text of lines) {
      const event = decodeEvent(text);
      expect(text).toContain(`"timeNano":${String(event.timeNano)}`);
      expect(event.type).not.toBe('');
    }
  });

  it('F22: keeps two events one nanosecond apart distinct', () => {
    const times = ['1795463096058627559', '1795463096058627560'].map(
      (nano) => decodeEvent(line(`"timeNano":${nano}`)).timeNano,
    );
    expect(times).toEqual([1795463096058627559n, 1795463096058627560n]);
  });

  it('finds the digits wherever the field stands, and is not misled by labels', () => {
    const shadow = String.raw`"Actor":{"ID":"c","Attributes":{"timeNano":"5","x":"\"timeNano\":7}"}}`;
    expect(decodeEvent(line(`"timeNano":1795463096058627559,${shadow}`)).timeNano).toBe(1795463096058627559n);
    expect(decodeEvent(line(`${shadow},"timeNano":1795463096058627559`)).timeNano).toBe(1795463096058627559n);
  });

  it('never reads the legacy fields', () => {
    const event = decodeEvent(line('"status":"start","id":"old","from":"image","timeNano":1'));
    expect(event).toEqual({ type: 'container', action: 'die', id: '', attributes: {}, timeNano: 1n });
  });

  it('tolerates a missing Actor, null attributes, and values that are no text', () => {
    expect(decodeEvent(line('"Actor":{"ID":"a","Attributes":null},"timeNano":1')).attributes).toEqual({});
    const odd = decodeEvent(line('"Actor":{"ID":"a","Attributes":{"n":1,"s":"t"}},"scope":"local","timeNano":1'));
    expect(odd.attributes).toEqual({ n: '1', s: 't' });
    expect(odd.scope).toBe('local');
  });

  it('falls back to seconds where there are no nanoseconds', () => {
    expect(decodeEvent(line('"time":1795463096')).timeNano).toBe(1795463096000000000n);
  });

  it('keeps an attribute called __proto__ an attribute', () => {
    const event = decodeEvent(line('"Actor":{"ID":"a","Attributes":{"__proto__":"x"}},"timeNano":1'));
    expect(Object.keys(event.attributes)).toEqual(['__proto__']);
  });

  it.each([
    ['{"Action":"die","timeNano":1}', 'Type is missing, expected a string'],
    ['{"Type":"container","Action":7,"timeNano":1}', 'Action is the number 7, expected a string'],
    ['[]', 'the answer is a list, expected an object'],
    ['{"Type":"c","Action":"a","Actor":3}', 'Actor is the number 3, expected an object'],
    ['{"Type":"c","Action":"a","timeNano":1.5}', 'timeNano is the number 1.5'],
  ])('refuses %s and names the place', (text, message) => {
    expect(() => decodeEvent(text)).toThrow(message);
  });
});
