import { Drmaa2Error } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { containerName } from './container-name.js';

describe('containerName', () => {
  it.each([
    ['my-job_1', 'my-job_1'],
    ['v1.2 final', 'v1-2-final'],
    ['größe 😀', 'gr--e--'],
    ['.hidden', 'hidden'],
    ['__', 'job'],
    ['x', 'job-x'],
  ])('makes of %s the name %s', (jobName, name) => {
    expect(containerName(jobName)).toBe(name);
  });
  it.each([undefined, ''])('gives no name for %j', (jobName) => {
    expect(containerName(jobName)).toBeUndefined();
  });
  it.each(['a\n', '\u0085', '\ud800', 'x'.repeat(201)])('refuses %j', (jobName) => {
    expect(() => containerName(jobName)).toThrow(Drmaa2Error);
  });
  it('gives what Docker accepts and what holds no dot, whatever it is given', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1 }), (jobName) => {
        try {
          expect(containerName(jobName)).toMatch(/^[a-zA-Z0-9][a-zA-Z0-9_-]+$/);
        } catch (error) {
          if (!(error instanceof Drmaa2Error)) throw error;
        }
      }),
    );
  });
});
