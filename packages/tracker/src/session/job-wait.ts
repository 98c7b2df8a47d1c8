import { Drmaa2Error, isJobState, isTerminated, JOB_STATES, type JobState } from '@docker-tracker/drmaa2';
import { jobSnapshot, type JobSnapshot } from '../core/job/job-snapshot.js';
import { badValue } from '../core/template/refusal.js';
import { abortable } from '../watch/cancellation.js';
import { requireRecord, type SessionContext } from './session-context.js';

export interface WaitOptions {
  /** Milliseconds. 0: look once. Absent: no limit. */
  readonly timeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A wait that ended without the state that was asked for; `job` is the job as it was then. */
export class JobWaitError extends Drmaa2Error {
  static {
    this.prototype.name = 'JobWaitError';
  }
  readonly job: JobSnapshot;
  constructor(code: 'InvalidState' | 'Timeout', message: string, job: JobSnapshot) {
    super(code, message);
    this.job = job;
  }
}

/** setTimeout takes no more; longer waits are no different from none. */
const LONGEST_TIMEOUT_MS = 2_147_483_647;

/** Resolves with the job as soon as it is in one of the states; see `DockerTracker.wait`. */
export async function waitForJob(
  context: SessionContext,
  id: string,
  states: readonly JobState[],
  { timeoutMs, signal }: WaitOptions,
): Promise<JobSnapshot> {
  checkStates(states);
  checkTimeout(timeoutMs);
  const record = await requireRecord(context, id, signal);
  const job = context.jobs.snapshot.get(id) ?? jobSnapshot(record);
  const reached = verdict(job, states) ?? (await reaches(context, id, states, job, { timeoutMs, signal }));
  // The files of an ended job hold every byte before anybody is told of the end.
  if (isTerminated(reached.state)) await context.files.whole(context.watch.records.get(id) ?? record, signal);
  const now = context.jobs.snapshot.get(id);
  return now?.state === reached.state && now.startedAt === reached.startedAt ? now : reached;
}

/** Listens until the job settles the question. */
function reaches(
  context: SessionContext,
  id: string,
  states: readonly JobState[],
  job: JobSnapshot,
  { timeoutMs, signal }: WaitOptions,
): Promise<JobSnapshot> {
  const timedOut = (last: JobSnapshot): JobWaitError =>
    new JobWaitError(
      'Timeout',
      `job ${id} did not become ${states.join(' or ')} within ${String(timeoutMs)} ms; it is ${last.state}`,
      last,
    );
  if (timeoutMs === 0) return Promise.reject(timedOut(job));
  let last = job;
  let timer: NodeJS.Timeout | undefined;
  let leave = (): void => undefined;
  const reached = new Promise<JobSnapshot>((resolve, reject) => {
    leave = context.listeners.listen(id, (now) => {
      last = now;
      try {
        const found = verdict(now, states);
        if (found) resolve(found);
      } catch (error) {
        reject(error);
      }
    });
    if (timeoutMs !== undefined && timeoutMs <= LONGEST_TIMEOUT_MS) {
      timer = setTimeout(() => {
        reject(timedOut(last));
      }, timeoutMs);
    }
  });
  return abortable(reached, signal).finally(() => {
    clearTimeout(timer);
    leave();
  });
}

/** The job where it is in one of the states, `undefined` where it still can get there; throws where it cannot any more. */
function verdict(job: JobSnapshot, states: readonly JobState[]): JobSnapshot | undefined {
  if (states.includes(job.state)) return job;
  if (!isTerminated(job.state) && !job.removed) return undefined;
  const now = job.subState === '' ? job.state : `${job.state} (${job.subState})`;
  throw new JobWaitError(
    'InvalidState',
    `job ${job.id} is ${now} and cannot become ${states.join(' or ')} any more`,
    job,
  );
}

function checkStates(states: unknown): void {
  const accepted = `a list of at least one of ${JOB_STATES.join(', ')}`;
  if (!Array.isArray(states) || states.length === 0 || !states.every(isJobState))
    throw badValue('states', states, accepted);
}

function checkTimeout(timeoutMs: unknown): void {
  if (timeoutMs === undefined || (typeof timeoutMs === 'number' && timeoutMs >= 0)) return;
  throw badValue('timeoutMs', timeoutMs, 'milliseconds from 0; 0 looks once, absent waits without limit');
}
