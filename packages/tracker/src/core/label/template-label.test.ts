import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ATTRIBUTE_KINDS,
  readAttribute,
  type AttributeName,
  type AttributeValue,
} from '../template/attribute-value.js';
import { decodeTemplateLabel, encodeTemplateLabel, MAX_TEMPLATE_LABEL_LENGTH } from './template-label.js';

const label = (json: string): string => Buffer.from(json).toString('base64');
const json = (text: string): string => Buffer.from(text, 'base64').toString('utf8');

const text = fc.string({ unit: 'binary', maxLength: 20 });
const VALUES: Record<AttributeValue['kind'], fc.Arbitrary<unknown>> = {
  text,
  flag: fc.boolean(),
  integer: fc.maxSafeInteger(),
  time: fc.oneof(
    fc.date({ min: new Date('0000-01-01T00:00:00Z'), max: new Date('9999-12-31T23:59:59Z'), noInvalidDate: true }),
    fc.constantFrom('2026-01-31T12:00:00.123456789+01:00', '0001-01-01T00:00:00Z'),
  ),
  list: fc.array(text),
  map: fc.dictionary(fc.oneof(text, fc.constantFrom('__proto__', '10', '9')), text),
};
const template = fc.record(
  Object.fromEntries(Object.entries(ATTRIBUTE_KINDS).map(([name, kind]) => [name, VALUES[kind]])),
  { requiredKeys: [] },
) as fc.Arbitrary<JobTemplate>;

/** What is left when unset values are dropped and Dates are written out: all that a label can tell. */
function told(given: JobTemplate): object {
  const entries = (Object.entries(given) as [AttributeName, unknown][]).flatMap(([name, value]) => {
    const set = readAttribute(name, value);
    return set === undefined ? [] : [[name, set.value] as const];
  });
  return Object.fromEntries(entries);
}

describe('encodeTemplateLabel', () => {
  it('writes what the Go binding writes', () => {
    const given: JobTemplate = {
      jobCategory: 'alpine',
      args: ['-c', 'echo <a> && exit'],
      remoteCommand: '/bin/sh',
      jobEnvironment: { b: '2', a: '1', '10': 'x', '9': 'y' },
      minSlots: 2,
      joinFiles: true,
      startTime: '2026-01-31T12:00:00Z',
      accountingString: 'é\u2028',
      extensionList: { user: 'me' },
    };
    expect(json(encodeTemplateLabel(given))).toBe(
      '{"extension":{"extensionList":{"user":"me"}},"remoteCommand":"/bin/sh","args":["-c","echo \\u003ca\\u003e \\u0026\\u0026 exit"],' +
        '"jobEnvironment":{"10":"x","9":"y","a":"1","b":"2"},"jobCategory":"alpine","joinFiles":true,"minSlots":2,' +
        '"startTime":"2026-01-31T12:00:00Z","deadlineTime":"0001-01-01T00:00:00Z","accountingString":"é\\u2028"}',
    );
  });
  it('writes both times and the extension even of an empty template', () => {
    expect(json(encodeTemplateLabel({}))).toBe(
      '{"extension":{},"startTime":"0001-01-01T00:00:00Z","deadlineTime":"0001-01-01T00:00:00Z"}',
    );
  });
  it('survives the round trip', () => {
    fc.assert(
      fc.property(template, (given) => {
        expect(decodeTemplateLabel(encodeTemplateLabel(given))).toEqual(told(given));
      }),
      { numRuns: 500 },
    );
  });
  it('writes JSON that is ordinary and UTF-8', () => {
    fc.assert(
      fc.property(template, (given) => {
        const parsed: unknown = JSON.parse(
          new TextDecoder('utf-8', { fatal: true }).decode(Buffer.from(encodeTemplateLabel(given), 'base64')),
        );
        expect(parsed).toMatchObject({ extension: {} });
      }),
    );
  });
  it('writes empty values for variables when redacted, and nothing else changes', () => {
    const given = { remoteCommand: 'x', jobEnvironment: { SECRET: 'hunter2' }, extensionList: { user: 'me' } };
    expect(decodeTemplateLabel(encodeTemplateLabel(given, 'redacted'))).toEqual({
      ...given,
      jobEnvironment: { SECRET: '' },
    });
    expect(json(encodeTemplateLabel(given, 'redacted'))).not.toContain('hunter2');
  });
  it('refuses a mode that it does not know', () => {
    expect(() => encodeTemplateLabel({}, 'Redacted' as 'redacted')).toThrow(
      'templateLabel is "Redacted"; accepted: full or redacted',
    );
  });
  it.each([
    ['x', 200_000],
    ['é', 150_000],
  ])('refuses a label beyond the limit and names it: %s %i times', (character, times) => {
    const fits = encodeTemplateLabel({ args: ['x'.repeat(128 * 1024)] });
    expect(fits.length).toBeLessThan(MAX_TEMPLATE_LABEL_LENGTH);
    expect(() => encodeTemplateLabel({ args: [character.repeat(times)] })).toThrow(
      /^the template takes \d+ characters or more as label drmaa2jobtemplate, the limit is 262144/,
    );
  });
});

describe('decodeTemplateLabel', () => {
  it.each<[string, JobTemplate]>([
    ['{}', {}],
    ['{"args":null,"extension":null,"startTime":null,"minSlots":null}', {}],
    ['{"extension":{"extensionList":null}}', {}],
    ['{"unknown":1,"extension":{"more":2},"remoteCommand":"x"}', { remoteCommand: 'x' }],
    ['{"extension":{"extensionList":{"some":"extension"}}}', { extensionList: { some: 'extension' } }],
    ['{"extensionList":{"flat":"is not where Go puts it"}}', {}],
    [
      '{"startTime":"0001-01-01T00:00:00Z","deadlineTime":"2026-01-31T12:00:00.5+01:00"}',
      { deadlineTime: '2026-01-31T12:00:00.5+01:00' },
    ],
    [' {"accountingString":"a"}\n', { accountingString: 'a' }],
  ])('reads %s', (written, given) => {
    expect(decodeTemplateLabel(label(written))).toEqual(given);
  });
  it('reads base64 with line breaks', () => {
    expect(decodeTemplateLabel(`${label('{}')}\r\n`)).toEqual({});
  });
  it.each([
    ...['', 'null', '[]', '1', '"x"', '{', '{"args":"x"}', '{"args":[1]}', '{"minSlots":1.5}', '{"minSlots":1e300}'],
    ...['{"remoteCommand":1}', '{"jobEnvironment":{"a":1}}', '{"jobEnvironment":[]}', '{"startTime":"soon"}'],
    ...['{"joinFiles":"true"}', '{"extension":[]}', '{"extension":{"extensionList":1}}'],
  ])('refuses %s', (written) => {
    expect(() => decodeTemplateLabel(label(written))).toThrow(Drmaa2Error);
    expect(() => decodeTemplateLabel(label(written))).toThrow(/^label drmaa2jobtemplate cannot be read: /);
  });
  it('refuses nesting without end', () => {
    expect(() => decodeTemplateLabel(label('['.repeat(100_000)))).toThrow(Drmaa2Error);
    expect(() => decodeTemplateLabel(label(`{"x":${'['.repeat(1e5)}${']'.repeat(1e5)}}`))).not.toThrow();
  });
  it.each(['%', 'e30', 'e30==', '{}', '/w=='])('refuses %s, which is no base64 of UTF-8', (written) => {
    expect(() => decodeTemplateLabel(written)).toThrow(Drmaa2Error);
  });
  it('throws nothing but Drmaa2Error with code Internal, whatever the label', () => {
    const bytes = fc.uint8Array().map((given) => Buffer.from(given).toString('base64'));
    const key = fc.oneof(fc.constantFrom(...Object.keys(ATTRIBUTE_KINDS), 'extension'), fc.string());
    const object = fc.dictionary(key, fc.jsonValue()).map((given) => label(JSON.stringify(given)));
    fc.assert(
      fc.property(fc.oneof(fc.string(), bytes, object), (written) => {
        try {
          decodeTemplateLabel(written);
        } catch (error) {
          expect(error).toBeInstanceOf(Drmaa2Error);
          expect(error).toMatchObject({ code: 'Internal' });
        }
      }),
      { numRuns: 1000 },
    );
  });
});
