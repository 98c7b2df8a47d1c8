import type { JobRecord } from './job-record.js';
import type { InspectObservation } from './observation.js';

/** Whether the engine did not answer when it was asked about the job last: what is known of it may be old. */
export function isInDoubt({ inDoubtSince, removed }: JobRecord): boolean {
  return inDoubtSince !== undefined && !removed;
}

/** The record as it is when the engine answers again: by order of receipt, since clocks may have been set meanwhile. */
export function beyondDoubt(record: JobRecord, { order }: InspectObservation): JobRecord {
  const { inDoubtSince, ...sure } = record;
  return inDoubtSince !== undefined && order > inDoubtSince ? sure : record;
}
