import { expect, it } from 'vitest';
import { reasonOf, subStateOf, type Job } from './job.js';

const running: Job = {
  id: 'c0ffee',
  session: 's',
  state: 'Running',
  subState: '',
  containerName: 'align',
  category: 'busybox',
  spans: [],
  text: '',
};

it('of a job for which the engine does not answer, badge and reason say so', () => {
  const inDoubt: Job = { ...running, inDoubt: true };
  expect([subStateOf(inDoubt), reasonOf(inDoubt)]).toEqual([
    'in doubt',
    'The engine does not answer for it: this is the last that was known of it',
  ]);
  expect([subStateOf(running), reasonOf(running)]).toEqual(['', '']);
});
