import { isTerminated } from '@docker-tracker/drmaa2';
import type { JobRecord } from './job-record.js';
import { jobStatus } from './job-status.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

/** Whether the job is Done or Failed, also one that was cancelled, or could not be started, and never ran. */
export function isOver(record: JobRecord): boolean {
  return record.run.phase === 'ended' || isTerminated(jobStatus(record).state);
}

/** When a job that is over ended, as well as it is known: one that never ran, when that was decided. */
export function endedAt({ run, dispatch, at }: JobRecord): EngineNano {
  if (run.phase === 'ended') return run.dieAt ?? parseTimestamp(run.finishedAt) ?? at;
  return dispatch.at > at ? dispatch.at : at;
}

/** What names a run, as far as it is known. */
export interface RunName {
  readonly startedAt?: string;
  readonly startEventAt?: bigint;
}

export function runOf(record: JobRecord | undefined): RunName {
  const { startedAt, startEventAt } = record?.run ?? {};
  return { ...(startedAt !== undefined && { startedAt }), ...(startEventAt !== undefined && { startEventAt }) };
}

/** Whether the job runs, and not in the run that is `known`; where none is known, every run is another one. */
export function isOtherRun({ run }: JobRecord, known: RunName | undefined): boolean {
  if (run.phase !== 'running') return false;
  if (known === undefined) return true;
  if (run.startedAt !== undefined && known.startedAt !== undefined) return run.startedAt !== known.startedAt;
  if (run.startEventAt === undefined || known.startEventAt === undefined) return false;
  return run.startEventAt !== known.startEventAt;
}
