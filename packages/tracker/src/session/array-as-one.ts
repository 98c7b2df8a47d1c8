import { Drmaa2Error, JOB_STATES, type JobControlAction, type JobState } from '@docker-tracker/drmaa2';
import { defer, filter, from, map, startWith, switchMap, takeWhile, type Observable } from 'rxjs';
import { jobSnapshot, type JobSnapshot } from '../core/job/job-snapshot.js';
import { decodeArrayJobId } from '../core/label/array-job-id.js';
import { linkedSignal } from '../watch/cancellation.js';
import { inParallel } from './in-parallel.js';
import { controlJob } from './job-control.js';
import { waitForJob, type WaitOptions } from './job-wait.js';
import { requireRecord, type SessionContext } from './session-context.js';

/** An array as it stands: immutable. */
export interface ArraySnapshot {
  readonly arrayJobId: string;
  /** In the order of the array's id; a task that was removed is as it was last seen. */
  readonly tasks: readonly JobSnapshot[];
  /** How many tasks are in each state: every state is named, and the sum is the number of tasks. */
  readonly counts: Readonly<Record<JobState, number>>;
}

/** The array now and at each change of a task, see `DockerTracker.arrayJob$`. */
export function arrayJob(context: SessionContext, arrayJobId: string): Observable<ArraySnapshot> {
  return defer(() => from(tasksOf(context, arrayJobId, context.closed))).pipe(
    switchMap((found) => {
      // What changed since the engine was asked is in the view by now.
      const tasks = new Map(found.map((job) => [job.id, context.jobs.snapshot.get(job.id) ?? job]));
      return context.jobs.each$.pipe(
        filter(({ id }) => tasks.has(id)),
        map((job) => tasks.set(job.id, job)),
        startWith(tasks),
        map((now) => arraySnapshot(arrayJobId, [...now.values()])),
      );
    }),
    takeWhile(({ tasks }) => tasks.some(({ removed }) => !removed), true),
  );
}

/** Controls every task that the action is legal for now, see `DockerTracker.jobControlArray`. */
export async function controlArray(
  context: SessionContext,
  arrayJobId: string,
  action: JobControlAction,
  signal: AbortSignal,
): Promise<void> {
  const tasks = await tasksOf(context, arrayJobId, signal);
  const passedOver: unknown[] = [];
  const failures: unknown[] = [];
  let done = 0;
  await inParallel(tasks, async ({ id }) => {
    try {
      await controlJob(context, id, action, signal);
      done += 1;
    } catch (error) {
      (isIllegalNow(error) ? passedOver : failures).push(error);
    }
  });
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  if (done === 0) throw passedOver[0];
}

/** Resolves with all tasks once each is Done or Failed, see `DockerTracker.waitArray`. */
export async function waitForArray(
  context: SessionContext,
  arrayJobId: string,
  { timeoutMs, signal }: WaitOptions,
): Promise<readonly JobSnapshot[]> {
  const stop = new AbortController();
  const scope = linkedSignal(signal, stop.signal);
  try {
    const ids = decodeArrayJobId(arrayJobId);
    return await Promise.all(
      ids.map((id) => waitForJob(context, id, ['Done', 'Failed'], { timeoutMs, signal: scope.signal })),
    );
  } finally {
    // One task that can no longer end settles the question for all.
    stop.abort();
    scope.end();
  }
}

/** All of them are known before anything is done to one. */
async function tasksOf(
  context: SessionContext,
  arrayJobId: string,
  signal: AbortSignal,
): Promise<readonly JobSnapshot[]> {
  const ids = decodeArrayJobId(arrayJobId);
  const records = await Promise.all(ids.map((id) => requireRecord(context, id, signal)));
  return records.map((record) => jobSnapshot(record));
}

function arraySnapshot(arrayJobId: string, tasks: readonly JobSnapshot[]): ArraySnapshot {
  const counts = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Record<JobState, number>;
  for (const { state } of tasks) counts[state] += 1;
  return { arrayJobId, tasks, counts };
}

function isIllegalNow(error: unknown): boolean {
  return error instanceof Drmaa2Error && (error.code === 'InvalidState' || error.code === 'UnsupportedOperation');
}
