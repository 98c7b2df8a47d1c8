import { Drmaa2Error, isTerminated } from '@docker-tracker/drmaa2';
import { inParallel } from './in-parallel.js';
import { deleteJob } from './job-deletion.js';
import type { SessionContext } from './session-context.js';

/** Deletes every job of the session that is Done or Failed now, see `DockerTracker.reapAll`. */
export async function reapAll(context: SessionContext, signal: AbortSignal): Promise<readonly string[]> {
  const ended = [...context.jobs.snapshot.values()].filter(({ state }) => isTerminated(state));
  const reaped: string[] = [];
  const failures: unknown[] = [];
  await inParallel(ended, async ({ id }) => {
    if (signal.aborted) return;
    try {
      await deleteJob(context, id, signal);
      reaped.push(id);
    } catch (error) {
      if (!isGone(error)) failures.push(error);
    }
  });
  signal.throwIfAborted();
  if (failures.length > 0) throw failures[0];
  return reaped;
}

/** Somebody else deleted it, or started it again, in the meantime: there is nothing to reap. */
function isGone(error: unknown): boolean {
  return error instanceof Drmaa2Error && (error.code === 'InvalidArgument' || error.code === 'InvalidState');
}
