import type { JobTemplate } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { outputPlan, specialOutput, type OutputPlan } from './output-plan.js';

describe('outputPlan', () => {
  it.each<[JobTemplate, OutputPlan]>([
    [{}, { joined: false }],
    [{ outputPath: '', errorPath: '' }, { joined: false }],
    [{ outputPath: 'o' }, { stdout: '/w/o', joined: false }],
    [{ errorPath: '/e/../f' }, { stderr: '/e/../f', joined: false }],
    [
      { outputPath: 'o', errorPath: 'e' },
      { stdout: '/w/o', stderr: '/w/e', joined: false },
    ],
    [
      { outputPath: 'o', errorPath: './o' },
      { stdout: '/w/o', stderr: '/w/o', joined: true },
    ],
    [
      { outputPath: 'o', errorPath: 'e', joinFiles: true },
      { stdout: '/w/o', stderr: '/w/o', joined: true },
    ],
    [{ errorPath: 'e', joinFiles: true }, { joined: false }],
    [
      { outputPath: '/dev/stderr', errorPath: '/dev/null' },
      { stdout: '/dev/stderr', stderr: '/dev/null', joined: false },
    ],
  ])('plans %j as %j', (template, plan) => {
    expect(outputPlan(template, '/w')).toEqual(plan);
  });
});

describe('specialOutput', () => {
  it('knows three paths that are no files', () => {
    expect(['/dev/stdout', '/dev/stderr', '/dev/null', '/dev/stdin', 'x'].map(specialOutput)).toEqual([
      'stdout',
      'stderr',
      'null',
      undefined,
      undefined,
    ]);
  });
});
