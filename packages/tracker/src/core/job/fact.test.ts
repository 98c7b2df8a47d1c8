import { describe, expect, it } from 'vitest';
import { answered, heard } from './fact.js';

const told = { value: 'a', at: 10n, source: 'event' } as const;
const answer = { value: 'a', at: 10n, source: 'answer' } as const;

describe('heard', () => {
  it.each([9n, 10n])('leaves the fact to an event at %s, which is stale', (at) => {
    expect(heard<string>(told, 'b', at)).toEqual({ fact: told, ask: false });
  });

  it('believes a younger event', () => {
    expect(heard<string>(told, 'b', 11n)).toEqual({ fact: { value: 'b', at: 11n, source: 'event' }, ask: false });
  });

  it('asks where a younger event contradicts an answer, which may be ahead of it', () => {
    expect(heard<string>(answer, 'b', 11n)).toEqual({ fact: { ...answer, at: 11n }, ask: true });
  });

  it('takes an answer for told once an event says the same', () => {
    expect(heard<string>(answer, 'a', 11n)).toEqual({ fact: { value: 'a', at: 11n, source: 'event' }, ask: false });
  });
});

describe('answered', () => {
  it('leaves the fact to an answer that is older', () => {
    expect(answered<string>(told, 'b', 9n)).toBe(told);
  });

  it('believes an answer that includes the event', () => {
    expect(answered<string>(told, 'b', 10n)).toEqual({ value: 'b', at: 10n, source: 'answer' });
  });

  it('confirms the fact up to then, and stays the same where nothing is new', () => {
    expect(answered<string>(told, 'a', 12n)).toEqual({ ...told, at: 12n });
    expect(answered<string>(told, 'a', 10n)).toBe(told);
  });
});
