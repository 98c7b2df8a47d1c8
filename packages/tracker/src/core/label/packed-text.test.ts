import fc from 'fast-check';
import { expect, it } from 'vitest';
import { packText, unpackText } from './packed-text.js';

const text = fc.string({ unit: fc.constantFrom('a', 'b', '\u{1f600}'), maxLength: 12 });

it('a text comes out as it went in, whatever it is packed over', () => {
  fc.assert(
    fc.property(text, text, (one, base) => {
      expect(unpackText(packText(one, base))).toBe(one);
    }),
  );
});

it('what is alike is held once', () => {
  expect(packText('template of task 17.', 'template of task 3.')).toEqual({
    base: 'template of task 3.',
    start: 17,
    end: 18,
    own: '17',
  });
  expect(packText('the same', 'the same').own).toBe('');
});
