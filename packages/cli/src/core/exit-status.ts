import type { JobSnapshot } from '@docker-tracker/tracker';
import { EXIT } from './command-error.js';

/**
 * What a command ends with that was asked for a job's exit status: the job's own, which is 128 and the signal's number where
 * a signal ended it. A job that failed without one (never started, cancelled, lost) has none to pass on.
 */
export function exitStatusOf({ state, exitStatus }: JobSnapshot): number {
  if (exitStatus !== undefined) return exitStatus;
  return state === 'Done' ? 0 : EXIT.ownFailure;
}

/** Of several jobs: the first that is not 0, in the order given. */
export function exitStatusOfAll(jobs: readonly JobSnapshot[]): number {
  return jobs.map(exitStatusOf).find((status) => status !== 0) ?? 0;
}
