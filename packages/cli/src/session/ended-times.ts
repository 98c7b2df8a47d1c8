import { isTerminated, type JobInfo } from '@docker-tracker/drmaa2';
import type { JobInfoOptions, JobSnapshot } from '@docker-tracker/tracker';

/** So many at once leave room for others. */
const PARALLEL = 8;

/** A session or a monitor. */
interface DescribedJobs {
  snapshot(): ReadonlyMap<string, JobSnapshot>;
  jobInfo(id: string, options: JobInfoOptions): Promise<JobInfo>;
}

/**
 * The jobs with the times of their runs: of a job that had ended before the session was opened, only an inspect tells them.
 * A job that is removed meanwhile stays as it is.
 */
export async function withTimes(
  described: DescribedJobs,
  jobs: readonly JobSnapshot[],
  signal: AbortSignal,
): Promise<readonly JobSnapshot[]> {
  const left = jobs.filter(({ state, startedAt }) => isTerminated(state) && startedAt === undefined).values();
  const ask = async (): Promise<void> => {
    for (const { id } of left) {
      await described.jobInfo(id, { outputTail: 0, signal }).catch(() => undefined);
      signal.throwIfAborted();
    }
  };
  await Promise.all(Array.from({ length: PARALLEL }, ask));
  const now = described.snapshot();
  return jobs.map((job) => now.get(job.id) ?? job);
}
