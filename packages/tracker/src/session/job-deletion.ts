import { Drmaa2Error } from '@docker-tracker/drmaa2';
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
    await inDrmaa2Terms(`deleteJob of ${id}`, () => engine.containers.remove(id, { v: true, signal }));
  }
  watch.forget(id);
  context.files.forget(id);
}
