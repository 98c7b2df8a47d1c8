import type { JobSnapshot } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { CommandError } from './command-error.js';
import { findJobs } from './job-reference.js';

const id = (beginning: string): string => beginning.padEnd(64, '0');
const job = (beginning: string, more: Partial<JobSnapshot> = {}): JobSnapshot => ({
  id: id(beginning),
  session: 's',
  state: 'Running',
  subState: '',
  containerName: `container-${beginning}`,
  category: 'image',
  removed: false,
  ...more,
});
const jobs = new Map(
  [
    job('aa1', { jobName: 'build' }),
    job('aa2', { jobName: 'test' }),
    job('bb1', { jobName: 'test' }),
    job('cc1', { arrayKey: 'abcd', taskIndex: 2 }),
    job('dd1', { arrayKey: 'abcd', taskIndex: 1 }),
    job('ee1', { jobName: 'aa1' }),
  ].map((each) => [each.id, each]),
);

describe('a job is named', () => {
  it.each([
    ['by its id', id('aa1'), [id('aa1')]],
    ['by the beginning of its id', 'bb', [id('bb1')]],
    ['by its jobName', 'build', [id('aa1')]],
    ['by its container', 'container-bb1', [id('bb1')]],
    ['by its name, before the beginning of the id of another', 'aa1', [id('ee1')]],
    ['as the tasks of an array, in order, by its key', 'abcd', [id('dd1'), id('cc1')]],
    ['as the tasks of an array by the beginning of its key', 'ab', [id('dd1'), id('cc1')]],
    ['as the tasks of an array by its id', JSON.stringify([id('dd1')]), [id('dd1')]],
    ['by a whole id that is not in the view', id('99'), [id('99')]],
  ])('%s', (_, word, ids) => {
    expect(findJobs(word, jobs, 's').ids).toEqual(ids);
  });

  it.each([
    ['nothing has that name', 'zz', /no job "zz" in session "s"/],
    ['it is empty', '', /empty/],
    ['several ids begin so', 'aa', /"aa" may be aa1000000000 \(build\), aa2000000000 \(test\)$/],
    ['several jobs have that name', 'test', /aa2000000000 \(test\), bb1000000000 \(test\)$/],
    ['an id and an array begin so', 'a', /array abcd$/],
    ['it is no list of ids', '[1]', /no array's id/],
  ])('not where %s', (_, word, message) => {
    expect(() => findJobs(word, jobs, 's')).toThrow(message);
    expect(() => findJobs(word, jobs, 's')).toThrow(CommandError);
  });
});
