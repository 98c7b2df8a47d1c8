import type { JobState } from '@docker-tracker/drmaa2';
import { ARRAY_KEY_LABEL, JOB_NAME_LABEL, TASK_ID_LABEL } from '../label/label-names.js';
import { isInDoubt } from './doubt.js';
import type { JobRecord } from './job-record.js';
import { jobStatus, terminatingSignal } from './job-status.js';

/** One job as it stands: immutable, safe to keep. Times are the engine's own RFC 3339 text, nanoseconds kept. */
export interface JobSnapshot {
  /** The container's full id. */
  readonly id: string;
  readonly session: string;
  readonly state: JobState;
  /** Why or how, see the state table; empty where there is nothing to say. */
  readonly subState: string;
  /** The container's name now, without a leading slash. */
  readonly containerName: string;
  /** The template's jobName. */
  readonly jobName?: string;
  /** The image reference (jobCategory). */
  readonly category: string;
  /** 0 to 255, only in Done and Failed, and only where the engine told it. */
  readonly exitStatus?: number;
  /** Only where the engine told of the signal. */
  readonly terminatingSignal?: string;
  /** The engine's words where a start failed. */
  readonly error?: string;
  /** `State.StartedAt` of the run: with the id it names the run for ever. */
  readonly startedAt?: string;
  /** `State.FinishedAt` of the run, after its end; may arrive a moment later than the end itself. */
  readonly finishedAt?: string;
  readonly arrayKey?: string;
  readonly taskIndex?: number;
  /** The engine does not answer for this job: what is shown is the last that was known of it. It is asked again until it answers. */
  readonly inDoubt?: true;
  /** The container is gone; this is what is remembered of it. */
  readonly removed: boolean;
}

export function jobSnapshot(record: JobRecord): JobSnapshot {
  const { run, labels } = record;
  const { state, subState } = jobStatus(record);
  const ended = run.phase === 'ended';
  const signal = terminatingSignal(run);
  const jobName = labels[JOB_NAME_LABEL];
  const arrayKey = labels[ARRAY_KEY_LABEL];
  const taskIndex = Number(labels[TASK_ID_LABEL] ?? Number.NaN);
  return {
    id: record.id,
    session: record.session,
    state,
    subState,
    containerName: record.name.value,
    category: record.image,
    removed: record.removed,
    ...(jobName !== undefined && { jobName }),
    ...(ended && run.exitCode !== undefined && { exitStatus: run.exitCode }),
    ...(signal !== undefined && { terminatingSignal: signal }),
    ...(run.error !== undefined && { error: run.error }),
    ...(run.startedAt !== undefined && { startedAt: run.startedAt }),
    ...(ended && run.finishedAt !== undefined && { finishedAt: run.finishedAt }),
    ...(arrayKey !== undefined && { arrayKey }),
    ...(Number.isSafeInteger(taskIndex) && { taskIndex }),
    ...(isInDoubt(record) && { inDoubt: true as const }),
  };
}
