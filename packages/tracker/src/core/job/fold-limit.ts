import { NOTHING, step, stepRun, unchanged } from './fold.js';
import type { JobRecord } from './job-record.js';
import type { CpuTimeObservation, DueObservation, Reduced } from './observation.js';

/** Folds that a startTime has come: it says something of a job that has not started. */
export function foldDue(record: JobRecord | undefined, due: DueObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || record.run.phase !== 'created') return unchanged(record);
  return step(unchanged(record), { due: true }, due.asOf, due.kind);
}

/** Folds that a run's CPU time is used up; the next run begins with none used. */
export function foldCpuTime(record: JobRecord | undefined, used: CpuTimeObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || record.run.phase !== 'running') return unchanged(record);
  return stepRun(unchanged(record), { cpuTimeUsedUp: true }, used.asOf, used.kind);
}
