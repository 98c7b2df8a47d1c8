import { Drmaa2Error } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeArrayJobId, encodeArrayJobId } from './array-job-id.js';

describe('array job ids', () => {
  it('C8: survive encoding and decoding', () => {
    expect(encodeArrayJobId(['1', '2', '3'])).toBe('["1","2","3"]');
    expect(decodeArrayJobId(encodeArrayJobId(['1', '2', '3']))).toEqual(['1', '2', '3']);
  });
  it.each(['_', '', '[]', '{}', 'null', '"x"', '[1]', '[""]', '["a",null]', '[["a"]]', '["a"'])('refuse %s', (text) => {
    expect(() => decodeArrayJobId(text)).toThrow(Drmaa2Error);
    expect(() => decodeArrayJobId(text)).toThrow(`array job id is ${JSON.stringify(text)}; accepted: a JSON list`);
  });
  it('are not made of nothing', () => {
    expect(() => encodeArrayJobId([])).toThrow(Drmaa2Error);
    expect(() => encodeArrayJobId([''])).toThrow(Drmaa2Error);
  });
  it('throw nothing but Drmaa2Error, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        try {
          decodeArrayJobId(text);
        } catch (error) {
          expect(error).toMatchObject({ name: 'Drmaa2Error', code: 'InvalidArgument' });
        }
      }),
    );
  });
});
