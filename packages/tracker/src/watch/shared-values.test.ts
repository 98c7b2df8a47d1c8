import { describe, expect, it } from 'vitest';
import { observeRow } from '../core/job/observe.js';
import { reduce } from '../core/job/reduce.js';
import { unpackText } from '../core/label/packed-text.js';
import { SharedValues } from './shared-values.js';

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

  it('goes on with equal values after it has forgotten them', () => {
    const values = new SharedValues();
    for (let index = 0; index < 10_000; index += 1) {
      const record = { ...recordOf('a'), image: `image ${String(index)}` };
      expect(values.record(record).image).toBe(record.image);
    }
  });
});
