import type { JobSnapshot } from '@docker-tracker/tracker';
import { createColors } from 'picocolors';
import stringWidth from 'string-width';
import { describe, expect, it } from 'vitest';
import { press, type Key } from '../core/top/top-keys.js';
import { listedJobs, newTopModel, roomForJobs, settled, type TopModel } from '../core/top/top-model.js';
import { topLines } from './draw-top.js';

const NOW = Date.parse('2026-01-01T00:01:00Z');
const job = (id: string, more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: id.padEnd(64, '0'),
  session: 's',
  state: 'Running',
  subState: '',
  containerName: `container-${id}`,
  category: 'image',
  startedAt: '2026-01-01T00:00:00Z',
  removed: false,
  ...more,
});

function modelOf(jobs: readonly JobSnapshot[], more: Partial<TopModel> = {}): TopModel {
  const model = {
    ...newTopModel('session s', NOW),
    jobs: new Map(jobs.map((each) => [each.id, each])),
    freshness: 'live',
    ...more,
  } as const;
  return settled(model, listedJobs(model));
}

const typed = (model: TopModel, ...texts: readonly string[]): TopModel =>
  texts.reduce((now, text) => press(now, text.length > 1 ? { name: text } : { text }).model, model);
const selected = ({ jobs, selectedId }: TopModel): string | undefined => jobs.get(selectedId ?? '')?.containerName;
const screen = (model: TopModel): readonly string[] => topLines(model, createColors(false));

describe('the selection of top', () => {
  const jobs = ['a', 'b', 'c'].map((id) => job(id));

  it('goes up and down, and not beyond the ends', () => {
    const model = modelOf(jobs);
    expect(selected(model)).toBe('container-a');
    expect(selected(typed(model, 'up'))).toBe('container-a');
    expect(selected(typed(model, 'j', 'down'))).toBe('container-c');
    expect(selected(typed(model, 'G', 'j'))).toBe('container-c');
    expect(selected(typed(model, 'end', 'g'))).toBe('container-a');
  });

  it('stays with its job when the order changes, and at its place when the job is gone', () => {
    const model = typed(modelOf(jobs), 'j');
    const ended = new Map(model.jobs).set(jobs[1]!.id, job('b', { state: 'Done' }));
    const changed = { ...model, jobs: ended };
    expect(selected(settled(changed, listedJobs(changed), listedJobs(model)))).toBe('container-b');
    const gone = { ...model, jobs: new Map([jobs[0]!, jobs[2]!].map((each) => [each.id, each])) };
    expect(selected(settled(gone, listedJobs(gone), listedJobs(model)))).toBe('container-c');
  });

  it('keeps in view in a table that is longer than the screen', () => {
    const many = modelOf(
      Array.from({ length: 100 }, (_, at) => job(String(at).padStart(3, '0'))),
      { rows: 10 },
    );
    expect(roomForJobs(many)).toBe(6);
    const end = typed(many, 'end');
    expect(end.offset).toBe(94);
    expect(screen(end).join('\n')).toMatch(/> 099000000000/);
    expect(typed(end, 'k', 'k').offset).toBe(94);
    expect(typed(end, 'pageup', 'pageup').offset).toBe(87);
  });
});

describe('a key of top', () => {
  const model = modelOf([job('a')]);
  const pressed = (now: TopModel, key: Key) => press(now, key).effect;

  it.each([
    ['s', 'suspend'],
    ['r', 'resume'],
    ['h', 'hold'],
    ['l', 'release'],
  ])('%s asks for %s at once', (text, action) => {
    expect(pressed(model, { text })).toMatchObject({ type: 'act', action, job: { containerName: 'container-a' } });
  });

  it.each([
    ['t', 'terminate'],
    ['d', 'delete'],
  ])('%s asks for %s only after y', (text, action) => {
    const asked = press(model, { text });
    expect(asked.effect).toBeUndefined();
    expect(screen(asked.model).at(-1)).toBe(`${action} a00000000000 (container-a)? y or n`);
    expect(pressed(asked.model, { text: 'y' })).toMatchObject({ type: 'act', action });
    expect(press(asked.model, { text: 'x' })).toMatchObject({ model: { mode: 'table' } });
    expect(pressed(asked.model, { text: 'x' })).toBeUndefined();
  });

  it('does nothing to a job that is not there', () => {
    const empty = modelOf([]);
    for (const text of 'srhltdjkgG') expect(pressed(empty, { text })).toBeUndefined();
    expect(screen(empty)[1]).toBe('0 jobs');
  });

  it('is text while a filter is written; escape takes the filter away', () => {
    const filtered = typed(modelOf([job('a'), job('b')]), '/', '-', 'B', 'q');
    expect(filtered).toMatchObject({ mode: 'filter', filter: '-Bq' });
    const corrected = typed(filtered, 'backspace', 'return');
    expect(listedJobs(corrected).map(({ containerName }) => containerName)).toEqual(['container-b']);
    expect(selected(corrected)).toBe('container-b');
    expect(listedJobs(typed(corrected, 'escape'))).toHaveLength(2);
  });

  it('leaves at q and ctrl-c, ctrl-c also out of a question', () => {
    expect(pressed(model, { text: 'q' })).toEqual({ type: 'quit' });
    expect(pressed(typed(model, 't'), { name: 'c', ctrl: true })).toEqual({ type: 'quit' });
  });
});

describe('the screen of top', () => {
  const jobs = [
    job('a', { state: 'Failed', exitStatus: 137, subState: 'oom-killed', finishedAt: '2026-01-01T00:00:05Z' }),
    job('b', { jobName: '日本語\u001B[31m', state: 'Suspended', subState: 'paused' }),
    job('c', { arrayKey: 'key', taskIndex: 7 }),
    job('d', { startedAt: '2026-01-01T00:00:30Z' }),
  ];

  it('shows what goes on first, counts, and for how long', () => {
    expect(screen(modelOf(jobs, { columns: 120 })).slice(0, 7)).toEqual([
      `docker-tracker top  session s${' '.repeat(87)}live`,
      '4 jobs  2 Running  1 Suspended  1 Failed',
      'JOB ID         NAME          STATE       SUB-STATE    EXIT    TIME     STARTED   CATEGORY',
      expect.stringMatching(/^> d00000000000 {3}container-d +Running +30s +30s ago/),
      expect.stringMatching(/^c00000000000 {3}key\[7\] +Running +1m00s/),
      expect.stringMatching(/^b00000000000 {3}日本語\uFFFD\[31m +Suspended {3}paused/),
      expect.stringMatching(/^a00000000000 {3}container-a +Failed +oom-killed +137 +5\.0s/),
    ]);
  });

  it.each([
    ['state', 'dcba'],
    ['started', 'dabc'],
    ['name', 'adcb'],
    ['time', 'bcda'],
    ['exit', 'adbc'],
  ] as const)('is sorted by %s', (sort, order) => {
    expect(listedJobs(modelOf(jobs, { sort })).map(({ id }) => id[0])).toEqual(Array.from(order));
  });

  it('says since when it is stale', () => {
    const model = modelOf(jobs, { freshness: 'stale', freshnessSince: NOW - 12_000 });
    expect(screen(model)[0]).toMatch(/stale since 12s, reconnecting$/);
  });

  it.each([
    [20, 5],
    [40, 10],
    [80, 24],
    [300, 60],
  ])('fits into %d columns and %d lines', (columns, rows) => {
    for (const mode of ['table', 'filter', 'help', { confirm: 'delete', id: jobs[0]!.id }] as const) {
      const lines = screen(modelOf(jobs, { columns, rows, mode }));
      expect(lines.length).toBeLessThanOrEqual(rows);
      for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(columns);
    }
  });
});
