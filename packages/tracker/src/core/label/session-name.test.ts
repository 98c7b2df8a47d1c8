import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { checkSessionName } from './session-name.js';

describe('checkSessionName', () => {
  it.each(['', 'a', 'söme sëssion=😀', 'x'.repeat(200)])('accepts %j', (session) => {
    expect(() => {
      checkSessionName(session);
    }).not.toThrow();
  });
  it.each([undefined, null, 7, 'a\n', '\u007f', '\ud800', 'x'.repeat(201)])('refuses %j', (session) => {
    expect(() => {
      checkSessionName(session);
    }).toThrow(Drmaa2Error);
  });
});
