import { randomBytes } from 'node:crypto';
import { Drmaa2Error, type JobTemplate, type TaskIndices } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import { encodeArrayJobId } from '../core/label/array-job-id.js';
import { taskIndices } from '../core/label/task-indices.js';
import type { SessionContext } from './session-context.js';
import { submitJob } from './submission.js';

/** An array of the session, found by the key that each of its tasks carries. */
export interface JobArray {
  /** JSON list of the ids of the tasks that are still there, in index order. */
  readonly arrayJobId: string;
  readonly arrayKey: string;
  readonly tasks: readonly JobSnapshot[];
}

/** Submits the tasks one after the other. A task that fails takes those before it along: all are there or none is. */
export async function submitArray(
  context: SessionContext,
  template: JobTemplate,
  range: TaskIndices,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const indices = taskIndices(range);
  const { maxParallel = 0 } = range;
  if (maxParallel > 0 && maxParallel < indices.length) {
    throw new Drmaa2Error(
      'UnsupportedOperation',
      `maxParallel is ${String(maxParallel)} for ${String(indices.length)} tasks: tasks that wait for one another are not carried out yet; accepted: 0, or at least the number of tasks`,
    );
  }
  const arrayKey = randomBytes(8).toString('hex');
  const ids: string[] = [];
  for (const index of indices) {
    const task = { arrayKey, index, count: indices.length };
    try {
      ids.push(await submitJob(context, template, { signal: options.signal, task }));
    } catch (error) {
      await Promise.all(ids.map((id) => discard(context, id)));
      throw nameTask(error, index);
    }
  }
  return encodeArrayJobId(ids);
}

/** The arrays among the jobs, in order of their first task. */
export function jobArrays(jobs: Iterable<JobSnapshot>): readonly JobArray[] {
  const arrays = new Map<string, JobSnapshot[]>();
  for (const job of jobs) {
    if (job.arrayKey === undefined) continue;
    const tasks = arrays.get(job.arrayKey) ?? [];
    tasks.push(job);
    arrays.set(job.arrayKey, tasks);
  }
  return [...arrays].map(([arrayKey, tasks]) => {
    tasks.sort((one, other) => (one.taskIndex ?? 0) - (other.taskIndex ?? 0));
    return { arrayKey, tasks, arrayJobId: encodeArrayJobId(tasks.map(({ id }) => id)) };
  });
}

async function discard({ engine, watch }: SessionContext, id: string): Promise<void> {
  watch.forget(id);
  await engine.containers.remove(id, { force: true, v: true }).catch(() => undefined);
}

function nameTask(error: unknown, index: number): unknown {
  if (!(error instanceof Drmaa2Error)) return error;
  return new Drmaa2Error(error.code, `task ${String(index)} of the array: ${error.message}`, { cause: error });
}
