import type { JobTemplate } from '@docker-tracker/drmaa2';
import { describe, expect, it } from 'vitest';
import { outputPlan, specialOutput, type OutputPlan } from './output-plan.js';

describe('outputPlan', () => {
  it.each<[JobTemplate, OutputPlan]>([
    [{}, { joined: false }],
    [{ outputPath: '', errorPath: '' }, { joined: false }],
    [{ outputPath: 'o' }, { stdout: 'o', joined: false }],
    [{ errorPath: 'e' }, { stderr: 'e', joined: false }],
    [
      { outputPath: 'o', errorPath: 'e' },
      { stdout: 'o', stderr: 'e', joined: false },
    ],
    [
      { outputPath: 'o', errorPath: './o' },
      { stdout: 'o', stderr: 'o', joined: true },
    ],
    [
      { outputPath: 'o', errorPath: 'e', joinFiles: true },
      { stdout: 'o', stderr: 'o', joined: true },
    ],
    [{ errorPath: 'e', joinFiles: true }, { joined: false }],
    [
      { outputPath: '/dev/stderr', errorPath: '/dev/null' },
      { stdout: '/dev/stderr', stderr: '/dev/null', joined: false },
    ],
  ])('plans %j as %j', (template, plan) => {
    expect(outputPlan(template)).toEqual(plan);
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
