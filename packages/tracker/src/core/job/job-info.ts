import type { JobInfo } from '@docker-tracker/drmaa2';
import { JOB_NAME_LABEL, SUBMISSION_MACHINE_LABEL, TASK_ID_LABEL } from '../label/label-names.js';
import type { JobUsage } from '../usage/job-usage.js';
import { isInDoubt } from './doubt.js';
import type { JobRecord } from './job-record.js';
import { jobSnapshot } from './job-snapshot.js';
import { knownTimestamp, parseTimestamp, type EngineNano } from './timestamp.js';

/** What an observer may add to the record. */
export interface JobInfoContext {
  /** The template's minSlots. Default 1. */
  readonly slots?: number | undefined;
  /** The template's. */
  readonly queueName?: string | undefined;
  /** `top` could not be asked, so a stop by signal cannot be ruled out. */
  readonly stopUnknown?: boolean;
  /** The engine's clock, for the wall clock time of a job that runs. */
  readonly now?: EngineNano | undefined;
  /** The last sample that somebody asked for. */
  readonly usage?: JobUsage | undefined;
}

/** DRMAA2's JobInfo out of a job's record; fields that the engine did not tell are absent. @source DRMAA2 section 7.5 */
export function jobInfo(record: JobRecord, context: JobInfoContext = {}): JobInfo {
  const { slots = 1, queueName = '', stopUnknown = false, usage } = context;
  const { details, run, labels } = record;
  const job = jobSnapshot(record);
  const note = annotation(record, stopUnknown);
  const wallclock = wallclockSeconds(record, context.now);
  const submittedAt = knownTimestamp(details?.createdAt);
  const submissionMachine = labels[SUBMISSION_MACHINE_LABEL];
  return {
    id: record.id,
    state: job.state,
    subState: job.subState,
    allocatedMachines: details ? [details.hostname] : [],
    jobOwner: details?.user ?? '',
    slots,
    extensionList: extensions(record, context),
    ...(job.exitStatus !== undefined && { exitStatus: job.exitStatus }),
    ...(job.terminatingSignal !== undefined && { terminatingSignal: job.terminatingSignal }),
    ...(note !== undefined && { annotation: note }),
    ...(submissionMachine !== undefined && { submissionMachine }),
    ...(queueName !== '' && { queueName }),
    ...(wallclock !== undefined && { wallclockTime: wallclock }),
    ...(usage && { cpuTime: usage.cpuTime }),
    ...(submittedAt !== undefined && { submissionTime: submittedAt }),
    ...(run.startedAt !== undefined && { dispatchTime: run.startedAt }),
    ...(job.finishedAt !== undefined && { finishTime: job.finishedAt }),
  };
}

function extensions(record: JobRecord, { usage }: JobInfoContext): Readonly<Record<string, string>> {
  const { details, image, name, labels } = record;
  const jobName = labels[JOB_NAME_LABEL];
  const taskId = labels[TASK_ID_LABEL];
  return {
    category: image,
    containername: name.value,
    ...(jobName !== undefined && { jobName }),
    ...(taskId !== undefined && { taskId }),
    ...(details && {
      workingdir: details.workingDirectory,
      commandline: details.command.join(' '),
      restartCount: String(details.restartCount),
    }),
    ...(usage && { peakMemory: String(usage.peakMemoryBytes) }),
  };
}

function annotation(record: JobRecord, stopUnknown: boolean): string | undefined {
  const { run, removed } = record;
  if (run.error !== undefined) return run.error;
  if (run.phase === 'ended' && run.unwitnessed && (run.exitCode === 255 || run.exitCode === 0)) {
    return `the engine did not witness this end: the exit status ${run.exitCode} is what it recorded when it came back`;
  }
  if (removed && run.phase !== 'ended') return 'the container was removed and its end was never seen';
  if (isInDoubt(record)) return 'the engine does not answer for this job: this is the last that was known of it';
  if (stopUnknown && run.phase === 'running')
    return 'a stop by signal could not be ruled out: the engine could not list the processes';
  return undefined;
}

/**
 * Of the present run; suspended time counts. On engines before 27 a very short run may print FinishedAt before StartedAt: that is
 * no time at all. @source engine-facts 3.1
 */
function wallclockSeconds({ run }: JobRecord, now: EngineNano | undefined): number | undefined {
  const started = parseTimestamp(run.startedAt);
  const until = run.phase === 'ended' ? parseTimestamp(run.finishedAt) : run.phase === 'running' ? now : undefined;
  if (started === undefined || until === undefined) return undefined;
  return until <= started ? 0 : Number(until - started) / 1e9;
}
