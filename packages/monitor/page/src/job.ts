import type { JobState } from '@docker-tracker/drmaa2';
import type { JobRow, Span } from '../../src/dashboard/feed-message.js';

/** A job as the page keeps it: its row, its states so far, and what is searched for. */
export interface Job extends Omit<JobRow, 'spans'> {
  spans: Span[];
  /** Lower case, all that the search looks at. */
  readonly text: string;
}

/** In the order in which people ask for them. */
export const STATES: readonly JobState[] = [
  'Running',
  'Queued',
  'QueuedHeld',
  'Suspended',
  'Requeued',
  'RequeuedHeld',
  'Done',
  'Failed',
  'Undetermined',
];

export const LABELS: Readonly<Record<JobState, string>> = {
  Running: 'Running',
  Queued: 'Queued',
  QueuedHeld: 'Held',
  Suspended: 'Suspended',
  Requeued: 'Requeued',
  RequeuedHeld: 'Requeued, held',
  Done: 'Done',
  Failed: 'Failed',
  Undetermined: 'Undetermined',
};

export function hasEnded({ state }: Pick<Job, 'state'>): boolean {
  return state === 'Done' || state === 'Failed';
}

/** What people call it: the template's name, else what the engine calls the container. */
export function nameOf({ jobName, containerName, id }: Pick<Job, 'jobName' | 'containerName' | 'id'>): string {
  return jobName ?? (containerName === '' ? shortId(id) : containerName);
}

/** Its name, and of a task its index: the tasks of an array have one name. */
export function titleOf(job: Pick<Job, 'jobName' | 'containerName' | 'id' | 'taskIndex'>): string {
  return job.taskIndex === undefined ? nameOf(job) : `${nameOf(job)} #${String(job.taskIndex)}`;
}

export function shortId(id: string): string {
  return id.slice(0, 12);
}

/** Milliseconds since 1970: when it started, or where it has not, since when it is known. */
export function beginOf(job: Job): number | undefined {
  return job.startedAt === undefined ? job.spans[0]?.[1] : Date.parse(job.startedAt);
}

export function endOf(job: Job): number | undefined {
  if (!hasEnded(job)) return undefined;
  if (job.finishedAt !== undefined) return Date.parse(job.finishedAt);
  const last = job.spans.at(-1);
  return last && (last[0] === 'Done' || last[0] === 'Failed') ? last[1] : undefined;
}

/** How long it ran, runs or waits, in milliseconds. */
export function durationOf(job: Job, nowMs: number): number | undefined {
  const [begin, end] = [beginOf(job), endOf(job)];
  if (begin === undefined || (hasEnded(job) && end === undefined)) return undefined;
  return Math.max(0, (end ?? nowMs) - begin);
}

/** Why a job is where it is, exactly, in one sentence; empty for one that just runs. */
export function reasonOf(job: Job): string {
  const { state, subState, exitStatus, terminatingSignal, error } = job;
  const code = exitStatus === undefined ? '' : `, exit status ${String(exitStatus)}`;
  const known: Partial<Record<string, string>> = {
    'waiting-slot': 'Waits for a free slot of its array',
    'waiting-start-time': 'Waits for its start time',
    starting: 'Is being started',
    held: 'Held until somebody releases it',
    cancelled: 'Cancelled before it started',
    'start-failed': `Could not be started${error === undefined ? '' : `: ${error}`}`,
    'never-started': 'Ended without ever having started',
    'oom-killed': `Killed by the kernel, out of memory${code}`,
    'oom-event': `A process in it was killed, out of memory${code}`,
    'deadline-exceeded': `Terminated at its deadline${code}`,
    'wallclock-limit': `Terminated at its wall-clock limit${code}`,
    unhealthy: 'Runs, and its health check fails',
    paused: 'Paused: all its processes are frozen',
    stopped: 'Stopped by a signal',
    restarting: 'Waits to be restarted by its policy',
    lost: 'Its container is gone and its end was not seen',
    removed: `Its container was removed${code}`,
  };
  if (known[subState] !== undefined) return known[subState];
  if (terminatingSignal !== undefined) return `Ended by ${terminatingSignal}${code}`;
  if (hasEnded(job)) return exitStatus === undefined ? 'Ended' : `Exited with status ${String(exitStatus)}`;
  if (state === 'Running') return '';
  return subState === '' ? LABELS[state] : subState;
}

/** The few letters of a table cell that say how it ended. */
export function outcomeOf({ exitStatus, terminatingSignal, subState }: Job): string {
  if (subState === 'oom-killed') return 'OOM';
  if (terminatingSignal !== undefined) return terminatingSignal;
  if (exitStatus !== undefined) return String(exitStatus);
  return '';
}
