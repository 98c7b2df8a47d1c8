import { expect, it } from 'vitest';
import { engineTime } from './engine-time.js';

it.each([
  [1795463096058627559n, '1795463096.058627559'],
  [1795463096000000001n, '1795463096.000000001'],
  [1795463096500000000n, '1795463096.500000000'],
  [0n, '0.000000000'],
  [-1n, '-0.000000001'],
])('engineTime prints %s with nine digits', (nano, text) => {
  expect(engineTime(nano)).toBe(text);
});
