import { NOTHING, step, unchanged } from './fold.js';
import type { JobRecord } from './job-record.js';
import type { InspectObservation, Reduced, UnansweredObservation } from './observation.js';

/** Whether the engine did not answer when it was asked about the job last: what is known of it may be old. */
export function isInDoubt({ inDoubtSince, removed }: JobRecord): boolean {
  return inDoubtSince !== undefined && !removed;
}

/** Folds that the engine does not answer for the job: what is known stays, and is in doubt until an inspect is folded. */
export function foldUnanswered(record: JobRecord | undefined, { order, kind }: UnansweredObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || order <= (record.inDoubtSince ?? 0)) return unchanged(record);
  return step(unchanged(record), { inDoubtSince: order }, record.at, kind);
}

/** The record as it is when the engine answers again: by order of receipt, since clocks may have been set meanwhile. */
export function beyondDoubt(record: JobRecord, { order }: InspectObservation): JobRecord {
  const { inDoubtSince, ...sure } = record;
  return inDoubtSince !== undefined && order > inDoubtSince ? sure : record;
}
