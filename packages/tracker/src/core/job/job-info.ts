import type { JobInfo } from '@docker-tracker/drmaa2';
import { QUEUE_LABEL, SUBMISSION_MACHINE_LABEL } from '../label/label-names.js';
import type { JobRecord } from './job-record.js';
import { jobSnapshot } from './job-snapshot.js';
import { knownTimestamp, parseTimestamp } from './timestamp.js';

/** What an observer may add to the record: the template's minSlots, and what could not be ruled out. */
interface JobInfoContext {
  /** Default 1. */
  readonly slots?: number | undefined;
  /** `top` could not be asked, so a stop by signal cannot be ruled out. */
  readonly stopUnknown?: boolean;
}

/** DRMAA2's JobInfo out of a job's record; fields that the engine did not tell are absent. @source DRMAA2 section 7.5 */
export function jobInfo(record: JobRecord, { slots = 1, stopUnknown = false }: JobInfoContext = {}): JobInfo {
  const { details, run, labels } = record;
  const job = jobSnapshot(record);
  const note = annotation(record, stopUnknown);
  const wallclock = wallclockSeconds(record);
  const submittedAt = knownTimestamp(details?.createdAt);
  const submissionMachine = labels[SUBMISSION_MACHINE_LABEL];
  const queueName = labels[QUEUE_LABEL];
  return {
    id: record.id,
    state: job.state,
    subState: job.subState,
    allocatedMachines: details ? [details.hostname] : [],
    jobOwner: details?.user ?? '',
    slots,
    extensionList: extensions(record),
    ...(job.exitStatus !== undefined && { exitStatus: job.exitStatus }),
    ...(job.terminatingSignal !== undefined && { terminatingSignal: job.terminatingSignal }),
    ...(note !== undefined && { annotation: note }),
    ...(submissionMachine !== undefined && { submissionMachine }),
    ...(queueName !== undefined && { queueName }),
    ...(wallclock !== undefined && { wallclockTime: wallclock }),
    ...(submittedAt !== undefined && { submissionTime: submittedAt }),
    ...(run.startedAt !== undefined && { dispatchTime: run.startedAt }),
    ...(job.finishedAt !== undefined && { finishTime: job.finishedAt }),
  };
}

function extensions({ details, image, name }: JobRecord): Readonly<Record<string, string>> {
  return {
    category: image,
    containername: name.value,
    ...(details && {
      workingdir: details.workingDirectory,
      commandline: details.command.join(' '),
      restartcount: String(details.restartCount),
    }),
  };
}

function annotation({ run, removed }: JobRecord, stopUnknown: boolean): string | undefined {
  if (run.error !== undefined) return run.error;
  if (run.phase === 'ended' && run.unwitnessed && (run.exitCode === 255 || run.exitCode === 0)) {
    return `the engine did not witness this end: the exit status ${run.exitCode} is what it recorded when it came back`;
  }
  if (removed && run.phase !== 'ended') return 'the container was removed and its end was never seen';
  if (stopUnknown && run.phase === 'running')
    return 'a stop by signal could not be ruled out: the engine could not list the processes';
  return undefined;
}

/** On engines before 27 a very short run may print FinishedAt before StartedAt: that is no time at all. @source engine-facts 3.1 */
function wallclockSeconds({ run }: JobRecord): number | undefined {
  if (run.phase !== 'ended') return undefined;
  const started = parseTimestamp(run.startedAt);
  const finished = parseTimestamp(run.finishedAt);
  if (started === undefined || finished === undefined) return undefined;
  return finished <= started ? 0 : Number(finished - started) / 1e9;
}
