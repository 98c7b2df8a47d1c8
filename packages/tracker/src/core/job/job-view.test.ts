import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { JobSnapshot } from './job-snapshot.js';
import { JobView } from './job-view.js';

function job(id: string, exitStatus = 0): JobSnapshot {
  return {
    id,
    session: 's',
    state: 'Done',
    subState: '',
    containerName: id,
    category: 'busybox',
    removed: false,
    exitStatus,
  };
}

const change = (id: string, to: JobSnapshot | undefined): JobView => JobView.empty().next(new Map([[id, to]]));

describe('JobView', () => {
  it('is empty at first', () => {
    expect(JobView.empty().size).toBe(0);
    expect([...JobView.empty()]).toEqual([]);
    expect(JobView.empty().get('a')).toBeUndefined();
  });

  it('reads as a map', () => {
    const view = change('a', job('a'));
    const visited: unknown[] = [];
    view.forEach((each, id, map) => visited.push([each, id, map]));
    expect(visited).toEqual([[job('a'), 'a', view]]);
    expect([view.has('a'), view.has('b'), view.get('a')]).toEqual([true, false, job('a')]);
    expect([[...view.keys()], [...view.values()], [...view.entries()]]).toEqual([['a'], [job('a')], [['a', job('a')]]]);
    expect(Object.prototype.toString.call(view)).toBe('[object JobView]');
  });

  it('has nothing that changes it', () => {
    const view: object = change('a', job('a'));
    expect('set' in view || 'delete' in view || 'clear' in view).toBe(false);
  });

  it('shows what it showed, whatever versions follow and whichever of them are continued', () => {
    const id = fc.constantFrom('a', 'b', 'c', 'd');
    const changes = fc.array(fc.tuple(id, fc.option(fc.nat({ max: 9 }), { nil: undefined })), { maxLength: 3 });
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(), changes, fc.boolean()), { maxLength: 60 }), (steps) => {
        const views = [{ view: JobView.empty(), expected: new Map<string, JobSnapshot>() }];
        for (const [pick, changed, youngest] of steps) {
          const base = views[youngest ? views.length - 1 : pick % views.length]!;
          const expected = new Map(base.expected);
          const told = new Map<string, JobSnapshot | undefined>();
          for (const [key, code] of changed) told.set(key, code === undefined ? undefined : job(key, code));
          for (const [key, value] of told) {
            if (value) expected.set(key, value);
            else expected.delete(key);
          }
          views.push({ view: base.view.next(told), expected });
        }
        for (const { view, expected } of views) {
          for (const key of ['a', 'b', 'c', 'd']) expect(view.get(key)).toEqual(expected.get(key));
          expect(view.size).toBe(expected.size);
          expect(new Map(view)).toEqual(expected);
        }
      }),
      { numRuns: 500 },
    );
  });

  it('an iteration that is under way sees its version alone', () => {
    const view = change('a', job('a')).next(new Map([['b', job('b')]]));
    const values = view.values();
    values.next();
    view.next(new Map([['b', undefined]]));
    expect(values.next().value).toEqual(job('b'));
  });

  it('a view that is kept for long and never read shows what it showed, past the point where a table is kept', () => {
    const kept = change('a', job('a'));
    let view = kept;
    for (let each = 0; each < 3_000; each += 1) view = view.next(new Map([['a', job('a', each % 200)]]));
    expect([kept.get('a'), [...kept]]).toEqual([job('a'), [['a', job('a')]]]);
    expect(view.get('a')).toEqual(job('a', 2_999 % 200));
  });

  it('a change costs what it changes: 20,000 of them over 20,000 jobs copy the table about once', () => {
    const jobs = new Map(Array.from({ length: 20_000 }, (_, index) => [`${index}`, job(`${index}`)] as const));
    let copied = 0;
    const counting = class extends Map<string, JobSnapshot> {
      constructor(entries?: Iterable<readonly [string, JobSnapshot]> | null) {
        super(entries ?? []);
        if (this.size > 1_000) copied += 1;
      }
    };
    const native = globalThis.Map;
    let view = JobView.empty().next(jobs);
    globalThis.Map = counting;
    try {
      for (let each = 0; each < 20_000; each += 1) view = view.next(new native([[`${each}`, job(`${each}`, 1)]]));
    } finally {
      globalThis.Map = native;
    }
    expect(view.get('19999')).toEqual(job('19999', 1));
    expect(copied).toBeLessThanOrEqual(2);
  });
});
