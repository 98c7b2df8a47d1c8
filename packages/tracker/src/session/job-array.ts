import { randomBytes } from 'node:crypto';
import { Drmaa2Error, type JobTemplate, type TaskIndices } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import { encodeArrayJobId } from '../core/label/array-job-id.js';
import { taskIndices } from '../core/label/task-indices.js';
import { freshName, makeStep } from '../queue/queue-step.js';
import { linkedSignal } from '../watch/cancellation.js';
import { discard } from './taking-back.js';
import { inParallel } from './in-parallel.js';
import type { SessionContext } from './session-context.js';
import { submitJob, type TaskPlace } from './submission.js';

/** An array of the session, found by the key that each of its tasks carries. */
export interface JobArray {
  /** JSON list of the ids of the tasks that are still there, in index order. */
  readonly arrayJobId: string;
  readonly arrayKey: string;
  readonly tasks: readonly JobSnapshot[];
}

/**
 * Creates all tasks, and only then puts them into the queue: they are all there, or none is. Resolves when the view
 * holds each of them in the queue; who starts them, and when, is the dispatchers' business.
 */
export async function submitArray(
  context: SessionContext,
  template: JobTemplate,
  range: TaskIndices,
  options: { readonly signal?: AbortSignal | undefined },
): Promise<string> {
  const indices = taskIndices(range);
  const { maxParallel = 0 } = range;
  const arrayKey = randomBytes(8).toString('hex');
  const place = { arrayKey, count: indices.length, maxParallel };
  const ids = await createTasks(context, template, indices, place, options.signal);
  const word = template.submitAsHold === true ? 'held' : 'queued';
  try {
    // The first step commits the array: from here on whoever finds it finishes it.
    await commit(context, ids.slice(0, 1), word, options.signal);
  } catch (error) {
    await Promise.all(ids.map((id) => takeBack(context, id)));
    throw error;
  }
  // Those that may run at once before the others: a task that a dispatcher sees earlier starts earlier.
  const atOnce = maxParallel > 0 ? maxParallel : ids.length;
  await commit(context, ids.slice(1, atOnce), word, context.closed);
  await commit(context, ids.slice(Math.max(1, atOnce)), word, context.closed);
  return encodeArrayJobId(ids);
}

async function createTasks(
  context: SessionContext,
  template: JobTemplate,
  indices: readonly number[],
  place: Omit<TaskPlace, 'index'>,
  signal: AbortSignal | undefined,
): Promise<readonly string[]> {
  const ids: (string | undefined)[] = [];
  const stop = new AbortController();
  const scope = linkedSignal(signal, stop.signal);
  const failed: { index: number; error: unknown }[] = [];
  await inParallel(indices.entries(), async ([position, index]) => {
    if (stop.signal.aborted) return;
    try {
      ids[position] = await submitJob(context, template, { signal: scope.signal, task: { ...place, index } });
    } catch (error) {
      failed.push({ index, error });
      stop.abort(new Error('another task of the array could not be created'));
    }
  });
  scope.end();
  const [first] = failed;
  const created = ids.filter((id) => id !== undefined);
  if (!first) return created;
  await Promise.all(created.map((id) => takeBack(context, id)));
  throw nameTask(first.error, first.index);
}

async function commit(
  { queue, watch }: SessionContext,
  ids: readonly string[],
  word: 'held' | 'queued',
  signal: AbortSignal | undefined,
): Promise<void> {
  await inParallel(ids, async (id) => {
    const record = watch.records.get(id);
    // Not counted: somebody has cancelled or finished it in the meantime.
    if (record) await makeStep(queue, id, freshName(record, word), signal);
  });
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

async function takeBack(context: SessionContext, id: string): Promise<void> {
  await context.files.abandon(id);
  await discard(context, id);
}

function nameTask(error: unknown, index: number): unknown {
  if (!(error instanceof Drmaa2Error)) return error;
  return new Drmaa2Error(error.code, `task ${String(index)} of the array: ${error.message}`, { cause: error });
}
