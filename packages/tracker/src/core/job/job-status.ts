import type { JobState } from '@docker-tracker/drmaa2';
import { CPU_TIME_LABEL, DISPATCH_LABEL, START_TIME_LABEL } from '../label/label-names.js';
import { dispatchState, isCancelledForDeadline } from './dispatch-name.js';
import type { JobRecord, Run } from './job-record.js';
import { endedByLimit } from './run-limit.js';
import { SIGXCPU, signalName } from './signal-name.js';

export interface JobStatus {
  readonly state: JobState;
  /** Says why or how; empty where there is nothing to say. Never drives logic. */
  readonly subState: string;
}

/** The DRMAA2 state of a job: a pure reading of its facts, decided nowhere else. */
export function jobStatus(record: JobRecord): JobStatus {
  const { state, subState } = runStatus(record);
  if (!record.removed) return { state, subState };
  const ended = state === 'Done' || state === 'Failed';
  return ended ? { state, subState: 'removed' } : { state: 'Undetermined', subState: 'lost' };
}

function runStatus(record: JobRecord): JobStatus {
  const { run } = record;
  switch (run.phase) {
    case 'created':
      return createdStatus(record);
    case 'running':
      return runningStatus(record);
    case 'restarting':
      return { state: 'Queued', subState: 'restarting' };
    case 'ended':
      return endedStatus(record);
    case 'unknown':
      return { state: 'Undetermined', subState: run.word ?? 'unknown' };
  }
}

function createdStatus(record: JobRecord): JobStatus {
  if (failedStart(record.run)) return { state: 'Failed', subState: 'start-failed' };
  if (record.labels[DISPATCH_LABEL] === undefined) return { state: 'Undetermined', subState: 'created' };
  switch (dispatchState(record.dispatch.name)) {
    case 'queued':
      return {
        state: 'Queued',
        subState:
          record.labels[START_TIME_LABEL] === undefined || record.due === true ? 'waiting-slot' : 'waiting-start-time',
      };
    case 'held':
      return { state: 'QueuedHeld', subState: 'held' };
    case 'cancelled':
      return {
        state: 'Failed',
        subState: isCancelledForDeadline(record.dispatch.name) ? 'deadline-exceeded' : 'cancelled',
      };
    case 'new':
      return { state: 'Undetermined', subState: 'new' };
    case 'claimed':
    case 'immediate':
      return { state: 'Queued', subState: 'starting' };
  }
}

/** The engine leaves a container whose start failed in `created`, with the error and an exit code. @source engine-facts 3.6 */
function failedStart(run: Run): boolean {
  return run.phase === 'created' && (run.error !== undefined || (run.exitCode ?? 0) !== 0);
}

function runningStatus(record: JobRecord): JobStatus {
  // The freezer and a stop signal are two facts: the job is Suspended while either holds.
  if (record.freezer.value) return { state: 'Suspended', subState: 'paused' };
  if (record.stopSignal.value === true) return { state: 'Suspended', subState: 'stopped' };
  if (record.health.value === 'unhealthy') return { state: 'Running', subState: 'unhealthy' };
  return { state: 'Running', subState: record.run.oom ? 'oom-event' : '' };
}

function endedStatus(record: JobRecord): JobStatus {
  const { run } = record;
  if (run.neverStarted === true) return { state: 'Failed', subState: run.oom ? 'oom-killed' : 'never-started' };
  if (run.exitCode === undefined) return { state: 'Undetermined', subState: 'unknown' };
  if (run.exitCode === 0) return { state: 'Done', subState: run.oom ? 'oom-event' : '' };
  if (run.oom) return { state: 'Failed', subState: 'oom-killed' };
  if (isEndedByCpuTime(record)) return { state: 'Failed', subState: 'cpu-time-limit' };
  const limit = endedByLimit(record);
  if (limit !== undefined) return { state: 'Failed', subState: limit };
  const signal = terminatingSignal(run);
  return { state: 'Failed', subState: signal === undefined ? '' : `signal:${signal}` };
}

/** A tracker ended it for the sum over its processes, or the kernel its first process. The latter's signal is not for what is process 1. */
function isEndedByCpuTime({ labels, run }: JobRecord): boolean {
  if (labels[CPU_TIME_LABEL] === undefined) return false;
  return run.cpuTimeUsedUp === true || run.exitCode === 128 + SIGXCPU;
}

/** The signal that ended the run, where the engine told of it: an exit code above 128 alone may be the job's own. */
export function terminatingSignal({ phase, exitCode, kill }: Run): string | undefined {
  if (phase !== 'ended' || exitCode === undefined || kill === undefined) return undefined;
  return exitCode === 128 + kill.signal ? signalName(kill.signal) : undefined;
}
