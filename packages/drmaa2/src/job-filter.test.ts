import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkJobFilter, jobMatches, type JobFilter } from './job-filter.js';
import type { JobInfo } from './job-info.js';
import { JOB_STATES } from './job-state.js';
import { formatTimestamp, parseTimestamp } from './timestamp.js';

const name = fc.constantFrom('a', 'b', 'c', '');
const seconds = fc.double({ min: 0, max: 10, noNaN: true });
const time = fc.bigInt({ min: 0n, max: 20n }).map((nano) => formatTimestamp(1_764_000_000_000_000_000n + nano));
const maybe = <Value>(value: fc.Arbitrary<Value>): fc.Arbitrary<Value | undefined> =>
  fc.option(value, { nil: undefined });

const attributes = {
  id: name,
  state: fc.constantFrom(...JOB_STATES),
  subState: name,
  allocatedMachines: fc.uniqueArray(name, { maxLength: 3 }),
  jobOwner: name,
  slots: fc.integer({ min: 1, max: 3 }),
};
const optional = {
  exitStatus: fc.integer({ min: 0, max: 3 }),
  terminatingSignal: name,
  annotation: name,
  submissionMachine: name,
  queueName: name,
  wallclockTime: seconds,
  cpuTime: seconds,
  submissionTime: time,
  dispatchTime: time,
  finishTime: time,
};

const infos = fc
  .record(
    { ...attributes, ...optional, extensionList: fc.constant({}) },
    { requiredKeys: [...required(), 'extensionList'] },
  )
  .map((info) => info as JobInfo);
const filters = fc.record(
  Object.fromEntries(
    Object.entries({ ...attributes, ...optional }).map(([key, value]) => [key, maybe(value as fc.Arbitrary<unknown>)]),
  ),
  { requiredKeys: [] },
) as fc.Arbitrary<JobFilter>;

function required(): (keyof typeof attributes)[] {
  return Object.keys(attributes) as (keyof typeof attributes)[];
}

describe('jobMatches', () => {
  it('takes every job without a filter, and with one of which nothing is set', () => {
    fc.assert(
      fc.property(infos, (info) => {
        expect(jobMatches(info, undefined)).toBe(true);
        expect(jobMatches(info, {})).toBe(true);
        expect(jobMatches(info, { id: undefined, state: undefined })).toBe(true);
        expect(jobMatches(info, { wallclockTime: 0, cpuTime: 0 })).toBe(true);
      }),
    );
  });

  it('takes a job whose own attributes are asked for', () => {
    fc.assert(
      fc.property(infos, ({ extensionList: _, ...info }) => {
        expect(jobMatches({ ...info, extensionList: {} }, info)).toBe(true);
      }),
    );
  });

  it('asks for all that is set: a filter holds where each of its attributes holds alone', () => {
    fc.assert(
      fc.property(infos, filters, (info, filter) => {
        const each = Object.entries(filter).every(([key, value]) => jobMatches(info, { [key]: value }));
        expect(jobMatches(info, filter)).toBe(each);
      }),
      { numRuns: 1000 },
    );
  });

  it('asks for equal texts, states and numbers', () => {
    const equal = [
      'id',
      'state',
      'subState',
      'jobOwner',
      'slots',
      'exitStatus',
      'terminatingSignal',
      'annotation',
      'submissionMachine',
      'queueName',
    ] as const;
    fc.assert(
      fc.property(infos, infos, fc.constantFrom(...equal), (info, other, key) => {
        fc.pre(other[key] !== undefined);
        expect(jobMatches(info, { [key]: other[key] })).toBe(info[key] === other[key]);
      }),
    );
  });

  it('asks for at least so many seconds, and for a time that is not before, to the nanosecond', () => {
    fc.assert(
      fc.property(infos, fc.constantFrom('wallclockTime', 'cpuTime'), seconds, (info, key, wanted) => {
        fc.pre(wanted > 0);
        expect(jobMatches(info, { [key]: wanted })).toBe((info[key] ?? -1) >= wanted);
      }),
    );
    fc.assert(
      fc.property(infos, fc.constantFrom('submissionTime', 'dispatchTime', 'finishTime'), time, (info, key, from) => {
        const has = parseTimestamp(info[key]);
        expect(jobMatches(info, { [key]: from })).toBe(has !== undefined && has >= parseTimestamp(from)!);
      }),
    );
  });

  it('asks for machines among those of the job', () => {
    fc.assert(
      fc.property(infos, attributes.allocatedMachines, (info, allocatedMachines) => {
        const among = allocatedMachines.filter((machine) => !info.allocatedMachines.includes(machine)).length === 0;
        expect(jobMatches(info, { allocatedMachines })).toBe(among);
      }),
    );
  });

  it('reads times of other offsets', () => {
    const info = { finishTime: '2026-11-25T23:00:00.000000001Z' } as JobInfo;
    expect(jobMatches(info, { finishTime: '2026-11-26T00:00:00.000000001+01:00' })).toBe(true);
    expect(jobMatches(info, { finishTime: '2026-11-26T00:00:00.000000002+01:00' })).toBe(false);
  });
});

describe('checkJobFilter', () => {
  it('accepts every filter of known attributes', () => {
    fc.assert(
      fc.property(filters, (filter) => {
        expect(() => {
          checkJobFilter(filter);
        }).not.toThrow();
      }),
    );
  });

  it.each([
    [{ colour: 'red' }, /no attribute "colour"; it may have id, exitStatus/],
    [{ extensionList: {} }, /no attribute "extensionList"/],
    [{ state: 'running' }, /state is "running"; it takes a job state such as Running/],
    [{ exitStatus: '0' }, /exitStatus is "0"; it takes a whole number/],
    [{ slots: 1.5 }, /slots is 1.5/],
    [{ wallclockTime: Number.NaN }, /wallclockTime is null; it takes a number of seconds/],
    [{ finishTime: 'yesterday' }, /finishTime is "yesterday"; it takes an RFC 3339 time/],
    [{ allocatedMachines: 'desk' }, /allocatedMachines is "desk"; it takes a list of machine names/],
    [{ jobOwner: null }, /jobOwner is null; it takes a text/],
    [null, /is no object/],
    ['Running', /"Running" is no object/],
    [[], /is no object/],
  ])('refuses %j, naming what it takes', (filter, message) => {
    const check = (): void => {
      checkJobFilter(filter as never);
    };
    expect(check).toThrow(message);
    expect(check).toThrow(expect.objectContaining({ code: 'InvalidArgument' }));
  });
});
