import { describe, expect, it } from 'vitest';
import { pathSegment, queryString } from './query.js';

describe('queryString', () => {
  it('leaves out what is absent and writes booleans as the engine reads them', () => {
    expect(queryString({ all: true, size: false, limit: 0, name: undefined, t: -1 })).toBe(
      '?all=1&size=0&limit=0&t=-1',
    );
    expect(queryString({})).toBe('');
  });

  it('writes filters as one JSON object of lists', () => {
    const query = queryString({ filters: { label: ['a=b&c', 'ü'], type: ['container'] } });
    const value = new URLSearchParams(query).get('filters') ?? '';
    expect(JSON.parse(value)).toEqual({ label: ['a=b&c', 'ü'], type: ['container'] });
    expect(query).not.toContain('&c');
  });
});

describe('pathSegment', () => {
  it('encodes what would end the segment', () => {
    expect(pathSegment('a/b?c#d')).toBe('a%2Fb%3Fc%23d');
  });

  it.each(['', '.', '..'])('refuses %j, which would address another resource', (id) => {
    expect(() => pathSegment(id)).toThrow(TypeError);
  });
});
