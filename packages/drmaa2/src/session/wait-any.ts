import { Drmaa2Error } from '../drmaa2-error.js';
import type { JobState } from '../job-state.js';
import type { JobTracker } from '../job-tracker.js';
import type { Job, WaitLimits } from './job.js';

/**
 * Resolves with the first of the jobs in one of the states; the other waits end with it. A job that can no longer get there leaves
 * the question to the others.
 *
 * @throws {Drmaa2Error} InvalidArgument: no jobs; Timeout; where no job can get there any more, what the first one said.
 */
export async function waitForAny(
  tracker: JobTracker,
  jobs: readonly Job[],
  states: readonly JobState[],
  { timeoutMs, signal }: WaitLimits,
): Promise<Job> {
  if (jobs.length === 0) throw new Drmaa2Error('InvalidArgument', 'jobs: an empty list; give at least one job');
  const settled = new AbortController();
  const stop = (): void => {
    settled.abort(signal?.reason);
  };
  if (signal?.aborted === true) stop();
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await Promise.any(
      jobs.map(async (job) => {
        await tracker.wait(job.id, states, { timeoutMs, signal: settled.signal });
        return job;
      }),
    );
  } catch (error) {
    signal?.throwIfAborted();
    throw verdict(error);
  } finally {
    signal?.removeEventListener('abort', stop);
    settled.abort();
  }
}

/** Time ran out if it did for one job; a closed session ended them all; else no job had a chance. */
function verdict(error: unknown): unknown {
  if (!(error instanceof AggregateError)) return error;
  const errors: readonly unknown[] = error.errors;
  return errors.find((each) => each instanceof Drmaa2Error && each.code === 'Timeout') ?? errors[0];
}
