import { posix } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { normalizePath, resolveHostPath } from './host-path.js';

const path = fc.array(fc.constantFrom('/', '..', '.', 'a', 'b.c')).map((steps) => steps.join('/'));

describe('resolveHostPath', () => {
  it('agrees with node:path', () => {
    fc.assert(
      fc.property(path, (text) => {
        expect(resolveHostPath(text, '/home/me')).toBe(posix.resolve('/home/me', text));
      }),
    );
  });
});

describe('normalizePath', () => {
  it.each([
    ['a', './a'],
    ['../x', 'a/../../x'],
    ['/a/b', '//a/./b/'],
  ])('makes %s of %s', (normal, text) => {
    expect(normalizePath(text)).toBe(normal);
  });
});
