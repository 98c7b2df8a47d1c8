import type { JobState } from '@docker-tracker/tracker';
import picocolors from 'picocolors';
import { describe, expect, it } from 'vitest';
import { summarize, type Verdict } from './summary.js';
import { EXPECTED_OUTPUT, type EndedJob } from './workload.js';

const colors = picocolors.createColors(false);

function summary(options: {
  exitStatus?: number;
  path?: readonly JobState[];
  output?: string;
  width?: number;
}): Verdict {
  const { exitStatus = 3, path = ['Queued', 'Running', 'Failed'], output = EXPECTED_OUTPUT, width = 80 } = options;
  const ended: EndedJob = {
    title: 'fails',
    expected: { path: ['Running', 'Failed'], exitStatus: 3 },
    job: {
      id: 'a',
      session: 's',
      state: path.at(-1) ?? 'Undetermined',
      subState: '',
      containerName: 'job-fails',
      category: 'busybox',
      exitStatus,
      removed: false,
    },
  };
  const result = { ended: [ended], paths: { of: () => path }, outputFile: '/tmp/output.txt', output };
  return summarize(result, { width, colors });
}

describe('the summary', () => {
  it('is good when every job and the output are as expected', () => {
    const { good, text } = summary({});
    expect(good).toBe(true);
    expect(text).toContain('1 of 1 jobs ended as expected');
  });

  it.each([
    ['another exit status', { exitStatus: 0 }],
    ['another end', { path: ['Running', 'Done'] as const }],
    ['a state that was not gone through', { path: ['Queued', 'Failed'] as const }],
  ])('is not good with %s', (_, options) => {
    const { good, text } = summary(options);
    expect(good).toBe(false);
    expect(text).toMatch(/^NO fails/m);
    expect(text).toContain('0 of 1 jobs ended as expected');
  });

  it('is not good with another output, and shows both', () => {
    const { good, text } = summary({ output: 'something else\n' });
    expect(good).toBe(false);
    expect(text).toContain('| something else');
    expect(text).toContain('| written in a container');
  });

  it.each([80, 64, 50])('fits into %i columns', (width) => {
    for (const line of summary({ width }).text.split('\n')) expect(line.length).toBeLessThanOrEqual(width);
  });
});
