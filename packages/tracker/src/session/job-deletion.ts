import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { EngineHttpError } from '@docker-tracker/engine-client';
import { jobStatus } from '../core/job/job-status.js';
import { inDrmaa2Terms } from './drmaa2-failure.js';
import { requireRecord, type SessionContext } from './session-context.js';

/** Removes the container of an ended job with its anonymous volumes, and forgets the job at once. */
export async function deleteJob(context: SessionContext, id: string, signal: AbortSignal): Promise<void> {
  const { engine, watch } = context;
  const record = await requireRecord(context, id, signal);
  const { state } = jobStatus(record);
  if (state !== 'Done' && state !== 'Failed') {
    throw new Drmaa2Error(
      'InvalidState',
      `job ${id} is ${state}: deleteJob is for Done and Failed; terminate it first`,
    );
  }
  // What is still to be read out of the container goes with it.
  await context.files.whole(record, signal);
  if (!record.removed) {
    await inDrmaa2Terms(`deleteJob of ${id}`, async () => {
      await engine.containers.remove(id, { v: true, signal }).catch((error: unknown) => {
        if (!isOnItsWayOut(error)) throw error;
      });
    });
  }
  watch.forget(id);
  context.files.forget(id);
}

/** An `rm` job, or one that somebody else removes at this moment: what was asked for happens. @source engine-facts 4.2 */
function isOnItsWayOut(error: unknown): boolean {
  if (!(error instanceof EngineHttpError)) return false;
  return error.status === 404 || (error.status === 409 && /already in progress/i.test(error.engineMessage));
}
