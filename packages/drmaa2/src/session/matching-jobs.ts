import { Drmaa2Error } from '../drmaa2-error.js';
import { jobMatches, type JobFilter } from '../job-filter.js';
import type { Cancellable, JobTracker } from '../job-tracker.js';

/** A session of any size leaves room for other calls. */
const PARALLEL_CALLS = 8;

/** Ids of the tracker's jobs that match, in its order. A job that is reaped meanwhile is none of them. */
export async function matchingJobs(
  tracker: JobTracker,
  filter: JobFilter,
  options: Cancellable,
): Promise<readonly string[]> {
  const ids = tracker.listJobs().filter((id) => filter.id === undefined || filter.id === id);
  const matching = new Set<string>();
  const left = ids.values();
  const work = async (): Promise<void> => {
    for (const id of left) if (await matches(tracker, id, filter, options)) matching.add(id);
  };
  await Promise.all(Array.from({ length: PARALLEL_CALLS }, work));
  return ids.filter((id) => matching.has(id));
}

async function matches(tracker: JobTracker, id: string, filter: JobFilter, options: Cancellable): Promise<boolean> {
  try {
    return jobMatches(await tracker.jobInfo(id, options), filter);
  } catch (error) {
    if (error instanceof Drmaa2Error && error.code === 'InvalidArgument') return false;
    throw error;
  }
}
