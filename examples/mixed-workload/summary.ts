import type { JobState } from '@docker-tracker/tracker';
import Table from 'cli-table3';
import type { Colors } from 'picocolors/types.js';
import type { JobPaths } from './job-paths.js';
import { EXPECTED_OUTPUT, type EndedJob, type Expectation } from './workload.js';

export interface WorkloadResult {
  readonly ended: readonly EndedJob[];
  readonly paths: Pick<JobPaths, 'of'>;
  readonly outputFile: string;
  /** What the output file held. */
  readonly output: string;
}

interface SummaryRow {
  readonly mark: string;
  readonly title: string;
  readonly happened: string;
  readonly expected: string;
}

/** In a narrower terminal two long columns side by side are hard to read. */
const TABLE_WIDTH = 64;

export interface Verdict {
  readonly good: boolean;
  readonly text: string;
}

/** What happened beside what was expected, job by job, and whether it is the same. */
export function summarize(result: WorkloadResult, { width, colors }: { width: number; colors: Colors }): Verdict {
  const { ended, paths, output, outputFile } = result;
  const judged = ended.map((one) => {
    const path = paths.of(one.job.id).filter((state) => state !== 'Queued');
    return { ...one, path, good: asExpected(path, one) };
  });
  const outputGood = output === EXPECTED_OUTPUT;
  const mark = (good: boolean): string => (good ? colors.green('ok') : colors.red('NO'));
  const rows = judged.map(({ title, job, expected, path, good }) => ({
    mark: mark(good),
    title,
    happened: pathText(path, job.exitStatus),
    expected: pathText(expected.path, expected.exitStatus),
  }));
  const right = judged.filter(({ good }) => good).length;
  const lines = [
    ...(width < TABLE_WIDTH ? stacked(rows) : tabled(rows, width, colors)),
    '',
    `${mark(outputGood)} output of writes, from ${outputFile}:`,
    ...linesOf(output).map((line) => `   | ${line}`),
    ...(outputGood ? [] : ['   expected:', ...linesOf(EXPECTED_OUTPUT).map((line) => `   | ${line}`)]),
    '',
    `${right} of ${judged.length} jobs ended as expected`,
  ];
  return { good: right === judged.length && outputGood, text: lines.map((line) => line.trimEnd()).join('\n') };
}

/** States too short to be seen may be missing from what happened, but none of those that are expected. */
function asExpected(path: readonly JobState[], { job, expected }: EndedJob): boolean {
  return job.state === expected.path.at(-1) && job.exitStatus === expected.exitStatus && contains(path, expected.path);
}

function contains(path: readonly JobState[], expected: readonly JobState[]): boolean {
  let found = 0;
  for (const state of path) if (state === expected[found]) found += 1;
  return found === expected.length;
}

function pathText(path: readonly JobState[], exitStatus: Expectation['exitStatus'] | undefined): string {
  return `${path.join(', ')}, exit ${exitStatus ?? 'unknown'}`;
}

function stacked(rows: readonly SummaryRow[]): readonly string[] {
  return rows.flatMap(({ mark, title, happened, expected }) => [
    `${mark} ${title}`,
    `   ${happened}`,
    happened === expected ? '   as expected' : `   expected ${expected}`,
  ]);
}

function tabled(rows: readonly SummaryRow[], width: number, colors: Colors): readonly string[] {
  const table = new Table({
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 1 },
    chars: WITHOUT_LINES,
    head: ['', 'JOB', 'HAPPENED', 'EXPECTED'].map((head) => colors.bold(head)),
    colWidths: columnWidths(width),
    wordWrap: true,
  });
  table.push(...rows.map(({ mark, title, happened, expected }) => [mark, title, happened, expected]));
  return table.toString().split('\n');
}

function linesOf(text: string): readonly string[] {
  return text.trimEnd().split('\n');
}

/** The two long columns share what the others leave. */
function columnWidths(width: number): number[] {
  const [mark, job] = [3, 11];
  const long = Math.min(48, Math.floor((width - mark - job) / 2));
  return [mark, job, long, long];
}

const WITHOUT_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
};
