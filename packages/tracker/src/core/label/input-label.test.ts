import { describe, expect, it } from 'vitest';
import { decodeInputHolder, encodeInputHolder } from './input-label.js';

const holder = { tracker: 'a1', host: 'here', pid: 7, boot: 'b', namespace: 'pid:[1]', startedAt: '99' };

describe('the label of a held input', () => {
  it('survives the round trip', () => {
    expect(decodeInputHolder(encodeInputHolder(holder))).toEqual(holder);
  });

  it.each([
    undefined,
    '',
    'null',
    '7',
    '[]',
    '{',
    JSON.stringify({ ...holder, pid: 0 }),
    JSON.stringify({ ...holder, pid: '7' }),
    JSON.stringify({ ...holder, host: undefined }),
  ])('is nobody when it says %s', (label) => {
    expect(decodeInputHolder(label)).toBeUndefined();
  });
});
