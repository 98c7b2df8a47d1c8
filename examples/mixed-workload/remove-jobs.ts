import { Drmaa2Error, type DockerTracker, type JobSnapshot } from '@docker-tracker/tracker';

/** Terminates what still runs and deletes all jobs of the session; resolves with how many there were. */
export async function removeJobs(tracker: DockerTracker, signal: AbortSignal): Promise<number> {
  const jobs = [...tracker.snapshot().values()];
  await Promise.all(jobs.map((job) => removeJob(tracker, job, signal)));
  return jobs.length;
}

async function removeJob(tracker: DockerTracker, { id }: JobSnapshot, signal: AbortSignal): Promise<void> {
  try {
    await tracker.jobControl(id, 'terminate', { signal });
  } catch (error) {
    // It had ended, or ended just now.
    if (!(error instanceof Drmaa2Error && error.code === 'InvalidState')) throw error;
  }
  await tracker.wait(id, ['Done', 'Failed'], { signal });
  await tracker.deleteJob(id, { signal });
}
