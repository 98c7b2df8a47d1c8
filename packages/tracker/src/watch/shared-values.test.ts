import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { observeRow } from '../core/job/observe.js';
import { reduce } from '../core/job/reduce.js';
import { unpackText } from '../core/label/packed-text.js';
import { SharedValues, SIZE_LIMIT } from './shared-values.js';

const asked = { order: 1, asOf: 5n };

function templateOf(id: string): string {
  return `${'eyJ'.repeat(40)}${id}${'In0'.repeat(40)}`;
}

/** Each call makes texts of its own, as an answer of the engine does. */
function recordOf(id: string) {
  const row = JSON.parse(
    JSON.stringify({
      Id: id,
      Names: [`/${id}`],
      Image: 'registry.example/an/image:latest',
      ImageID: '',
      Command: '',
      Created: 0,
      Labels: { drmaa2_jobsession: 'a session with a name', drmaa2jobtemplate: templateOf(id) },
      State: 'exited',
      Status: 'Exited (3) 2 hours ago',
      HostConfig: { NetworkMode: 'none' },
    }),
  ) as Parameters<typeof observeRow>[0];
  const { record } = reduce(undefined, observeRow(row, asked));
  if (!record) throw new Error('a row gives a record');
  return record;
}

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function heapAfterCollection(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

/** Texts of different lengths, as an answer brings them: one piece of memory each. */
function unlike(index: number, length: number): string {
  return JSON.parse(JSON.stringify(`${String(index)}${'y'.repeat(length + index)}`)) as string;
}

describe('SharedValues', () => {
  it('leaves a record equal to what it was, its template packed or not', () => {
    const values = new SharedValues();
    for (const id of ['a', 'b', 'b', 'quite another id', 'a']) {
      const { template, ...record } = values.record(recordOf(id));
      const { template: _, ...given } = recordOf(id);
      expect(record).toEqual(given);
      expect(unpackText(template ?? '')).toBe(templateOf(id));
    }
  });

  it('holds the template of tasks that differ in their index once', () => {
    const values = new SharedValues();
    const [one, other] = [values.record(recordOf('a')), values.record(recordOf('b'))];
    expect(other.template).toEqual({ base: one.template, start: 120, end: 121, own: 'b' });
  });

  it('gives equal facts of two records one object', () => {
    const values = new SharedValues();
    const [one, other] = [values.record(recordOf('a')), values.record(recordOf('b'))];
    expect(one.freezer).toBe(other.freezer);
    expect(one.health).toBe(other.health);
    expect(one.name).not.toBe(other.name);
  });

  it('holds of a task no more than what its template has of its own', () => {
    const values = new SharedValues();
    const long = 'x'.repeat(100_000);
    const task = (index: number) => ({ ...recordOf('a'), template: `${long}task ${String(index).repeat(8)} of many` });
    const first = values.record(task(1_000));
    const before = heapAfterCollection();
    const others = Array.from({ length: 200 }, (_, index) => values.record(task(1_001 + index)));
    expect(heapAfterCollection() - before).toBeLessThan(10 * long.length);
    expect(others.map(({ template }) => typeof template)).not.toContain('string');
    expect(unpackText(others[5]?.template ?? '')).toBe(`${long}task ${'1006'.repeat(8)} of many`);
    expect(first.template).toBe(task(1_000).template);
  });

  it.each([
    ['texts', (text: string) => ({ image: text })],
    ['templates', (text: string) => ({ template: text })],
  ])('remembers a bounded size of %s, however few they are', (_what, told) => {
    const values = new SharedValues();
    const before = heapAfterCollection();
    for (let index = 0; index < 40; index += 1)
      values.record({ ...recordOf('a'), ...told(unlike(index, SIZE_LIMIT / 8)) });
    values.record({ ...recordOf('a'), ...told(unlike(1, SIZE_LIMIT + 1)) });
    expect(heapAfterCollection() - before).toBeLessThan(2 * SIZE_LIMIT);
  });

  it('goes on with equal values after it has forgotten them', () => {
    const values = new SharedValues();
    for (let index = 0; index < 10_000; index += 1) {
      const record = { ...recordOf('a'), image: `image ${String(index)}` };
      expect(values.record(record).image).toBe(record.image);
    }
  });
});
