import { setTimeout as pause } from 'node:timers/promises';
import type { DockerTracker, JobSnapshot, JobState, JobTemplate } from '@docker-tracker/tracker';

/** How a job should have gone. */
export interface Expectation {
  /** States that it goes through, in this order, the last one being its end. */
  readonly path: readonly JobState[];
  readonly exitStatus: number;
}

export interface ExpectedJob {
  readonly title: string;
  readonly expected: Expectation;
}

export interface EndedJob extends ExpectedJob {
  readonly job: JobSnapshot;
}

export interface WorkloadOptions {
  readonly image: string;
  /** The file that takes the output of the job "writes". */
  readonly outputFile: string;
  readonly signal: AbortSignal;
}

const ends = (path: readonly JobState[], exitStatus: number): Expectation => ({ path, exitStatus });
const TASKS = { begin: 1, end: 3 };
/** Long enough to be seen on a terminal. */
const LOOK_MS = 1500;

/** What `writes` leaves in its output file. */
export const EXPECTED_OUTPUT = 'written in a container\nread from a file\n';

/** All jobs of the workload, in the order in which they are shown. */
export const EXPECTED_JOBS: readonly ExpectedJob[] = [
  { title: 'succeeds', expected: ends(['Running', 'Done'], 0) },
  { title: 'fails', expected: ends(['Running', 'Failed'], 3) },
  // 137 is how a shell tells of SIGKILL: 128 and the signal's number.
  { title: 'controlled', expected: ends(['Running', 'Suspended', 'Running', 'Failed'], 137) },
  { title: 'writes', expected: ends(['Running', 'Done'], 0) },
  ...[1, 2, 3].map((index) => ({ title: `array[${index}]`, expected: ends(['Running', 'Done'], 0) })),
];

/** How a job is called in everything that is shown. */
export function titleOf({ id, jobName, taskIndex }: JobSnapshot): string {
  const name = jobName ?? id.slice(0, 12);
  return taskIndex === undefined ? name : `${name}[${taskIndex}]`;
}

/**
 * Runs all jobs side by side and resolves with each as it ended. If one cannot be run or the signal aborts, nothing
 * more is submitted and it rejects; the caller removes what is there.
 */
export async function runWorkload(tracker: DockerTracker, options: WorkloadOptions): Promise<readonly EndedJob[]> {
  const failure = new AbortController();
  const signal = AbortSignal.any([options.signal, failure.signal]);
  const shell = (jobName: string, script: string, more: JobTemplate = {}): JobTemplate => ({
    jobName,
    jobCategory: options.image,
    remoteCommand: 'sh',
    args: ['-c', script],
    ...more,
  });
  const parts = [
    run(tracker, shell('succeeds', 'sleep 3'), signal),
    run(tracker, shell('fails', 'sleep 2; exit 3'), signal),
    control(tracker, shell('controlled', 'sleep 600'), signal),
    run(
      tracker,
      shell('writes', 'echo written in a container; sleep 1; echo read from a file', {
        outputPath: options.outputFile,
      }),
      signal,
    ),
    runArray(tracker, shell('array', 'sleep $((TASK_ID + 1))'), signal),
  ];
  for (const part of parts) {
    part.catch((error: unknown) => {
      failure.abort(error);
    });
  }
  // Also the parts that go on must be over before the caller tidies up.
  await Promise.allSettled(parts);
  signal.throwIfAborted();
  return (await Promise.all(parts)).flat().map(withExpectation).sort(byPlace);
}

async function run(
  tracker: DockerTracker,
  template: JobTemplate,
  signal: AbortSignal,
): Promise<readonly JobSnapshot[]> {
  const id = await tracker.addJob(template, { signal });
  return [await tracker.wait(id, ['Done', 'Failed'], { signal })];
}

async function runArray(
  tracker: DockerTracker,
  template: JobTemplate,
  signal: AbortSignal,
): Promise<readonly JobSnapshot[]> {
  const arrayId = await tracker.addArrayJob(template, TASKS, { signal });
  return Promise.all(tracker.listArrayJobs(arrayId).map((id) => tracker.wait(id, ['Done', 'Failed'], { signal })));
}

/** Suspends, resumes and terminates a job, each for long enough to be looked at. */
async function control(
  tracker: DockerTracker,
  template: JobTemplate,
  signal: AbortSignal,
): Promise<readonly JobSnapshot[]> {
  const id = await tracker.addJob(template, { signal });
  for (const action of ['suspend', 'resume', 'terminate'] as const) {
    await pause(LOOK_MS, undefined, { signal });
    await tracker.jobControl(id, action, { signal });
  }
  return [await tracker.wait(id, ['Done', 'Failed'], { signal })];
}

function withExpectation(job: JobSnapshot): EndedJob {
  const title = titleOf(job);
  const found = EXPECTED_JOBS.find((one) => one.title === title);
  if (!found) throw new Error(`nothing is said about how ${title} should end`);
  return { ...found, job };
}

function byPlace(one: EndedJob, other: EndedJob): number {
  const place = ({ title }: EndedJob): number => EXPECTED_JOBS.findIndex((job) => job.title === title);
  return place(one) - place(other);
}
