import type { JobSnapshot } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { byteText } from './byte-text.js';
import { durationText, parseDuration } from './duration.js';
import { engineTimeText } from './engine-time.js';
import { exitStatusOf, exitStatusOfAll } from './exit-status.js';
import { jobPredicate } from './job-filter.js';
import { plainText } from './plain-text.js';
import { sinceSeconds } from './since.js';

const job = (more: Partial<JobSnapshot>): JobSnapshot => ({
  id: 'id',
  session: 's',
  state: 'Running',
  subState: '',
  containerName: 'container',
  category: 'image',
  removed: false,
  ...more,
});

describe('texts', () => {
  it.each([
    [0, '0.0s'],
    [9_999, '9.9s'],
    [59_999, '59s'],
    [184_000, '3m04s'],
    [7_500_000, '2h05m'],
    [277_200_000, '3d05h'],
    [-5, '0.0s'],
  ])('say %d ms as %s', (ms, text) => {
    expect(durationText(ms)).toBe(text);
  });

  it.each([
    ['10', 10_000],
    ['1.5s', 1_500],
    ['300ms', 300],
    ['2m', 120_000],
    ['1h30m', 5_400_000],
    ['1d', 86_400_000],
    ['1h30', undefined],
    ['2 m', undefined],
    ['soon', undefined],
    ['-1s', undefined],
  ])('read %s as %s ms', (text, ms) => {
    expect(parseDuration(text)).toBe(ms);
  });

  it.each([
    [512, '512 B'],
    [1_520_000, '1.45 MiB'],
    [24_800_000_000, '23.1 GiB'],
    [2 ** 60, '1048576 TiB'],
  ])('say %d bytes as %s', (bytes, text) => {
    expect(byteText(bytes)).toBe(text);
  });

  it.each([
    ['300ms', '999.700'],
    ['90s', '910.000'],
    ['10m', '400.000'],
    ['0.25h', '100.000'],
    ['1h30m', '-4400.000'],
    ['1d', '-85400.000'],
    ['10', '10'],
    ['1700000000.000000001', '1700000000.000000001'],
    ['1970-01-01T00:00:07Z', '7.000'],
    ['1970-01-01T01:00:07.5+01:00', '7.500'],
    ['1970-01-02', String(new Date(1970, 0, 2).getTime() / 1_000) + '.000'],
    ['1970-01-02T03:04', String(new Date(1970, 0, 2, 3, 4).getTime() / 1_000) + '.000'],
  ])('read --since %s, at second 1000, as second %s', (text, seconds) => {
    expect(sinceSeconds(text, 1_000_000)).toBe(seconds);
  });

  it.each(['', 'soon', 'june 1', '10x', '-1s', '2026-01-31 12:00', '2026-13-01T00:00:00Z'])(
    'read --since %j as no time',
    (text) => {
      expect(() => sinceSeconds(text, 0)).toThrow(/--since: .* is no time/);
    },
  );

  it('keep all nine digits of a time', () => {
    expect(engineTimeText(1_700_000_000_000_000_001n)).toBe('2023-11-14T22:13:20.000000001Z');
  });

  it('cannot steer a terminal', () => {
    expect(plainText('\u001B[2Jred\u0007\r\n\u202Etxt\u009B')).toBe('\uFFFD[2Jred\uFFFD\uFFFD\uFFFD\uFFFDtxt\uFFFD');
  });
});

describe('exit status', () => {
  it.each([
    [job({ state: 'Done', exitStatus: 0 }), 0],
    [job({ state: 'Done' }), 0],
    [job({ state: 'Failed', exitStatus: 137 }), 137],
    [job({ state: 'Failed', subState: 'start-failed' }), 125],
  ])('%#: is the job’s, or says that there is none', (ended, status) => {
    expect(exitStatusOf(ended)).toBe(status);
  });

  it('of several jobs is the first that is not 0', () => {
    const [done, failed, killed] = [0, 3, 137].map((exitStatus) => job({ state: 'Failed', exitStatus }));
    expect(exitStatusOfAll([done!, failed!, killed!])).toBe(3);
    expect(exitStatusOfAll([])).toBe(0);
  });
});

describe('filter', () => {
  const ended = job({ state: 'Failed', exitStatus: 3, jobName: 'nightly-build' });
  const running = job({});

  it('shows ended jobs only where they are asked for', () => {
    expect([running, ended].filter(jobPredicate([], false))).toEqual([running]);
    expect([running, ended].filter(jobPredicate([], true))).toEqual([running, ended]);
    expect([running, ended].filter(jobPredicate(['exit-status=3'], false))).toEqual([ended]);
  });

  it('takes values of one key as alternatives, and different keys together', () => {
    expect([running, ended].filter(jobPredicate(['state=failed', 'state=RUNNING'], false))).toEqual([running, ended]);
    expect([running, ended].filter(jobPredicate(['state=failed', 'name=night'], false))).toEqual([ended]);
    expect([running, ended].filter(jobPredicate(['state=failed', 'name=day'], false))).toEqual([]);
  });

  it.each([
    ['status=running', /filter "status=running" is unknown/],
    ['state', /unknown/],
    ['state=finished', /"finished" is no job state/],
    ['toString=x', /unknown/],
  ])('refuses %s', (filter, message) => {
    expect(() => jobPredicate([filter], false)).toThrow(message);
  });
});
