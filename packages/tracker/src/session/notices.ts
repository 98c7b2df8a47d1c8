import { isTerminated, type JobState } from '@docker-tracker/drmaa2';
import type { Subscription } from 'rxjs';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import type { JobTransition } from '../core/job/observation.js';
import { templateOf } from './job-template.js';
import type { SessionContext } from './session-context.js';

/** That a job has started or ended, for the people whom its template names. */
export interface JobNotice {
  readonly event: 'started' | 'terminated';
  readonly job: JobSnapshot;
  /** The template's `email`, verbatim; may be empty. */
  readonly email: readonly string[];
}

/** Sends a notice, by mail or otherwise. What it throws, or rejects with, is its own affair: the tracker goes on. */
export type Notifier = (notice: JobNotice) => void | Promise<void>;

/**
 * Calls the notifier for the jobs whose template asks for it: `emailOnStarted` each time a run starts, `emailOnTerminated` at each end. Every
 * open tracker of the session that has a notifier calls its own; what happens while none is open is told to nobody.
 */
export function sendNotices({ jobs, watch }: SessionContext, notifier: Notifier): Subscription {
  return jobs.transitions$.subscribe((transition) => {
    const event = eventOf(transition);
    const record = watch.records.get(transition.jobId) ?? watch.records.tombstone(transition.jobId);
    const template = event && record && templateOf(record);
    if (event === undefined || !template) return;
    const asks = event === 'started' ? template.emailOnStarted : template.emailOnTerminated;
    if (asks === true) void send(notifier, { event, job: transition.job, email: template.email ?? [] });
  });
}

async function send(notifier: Notifier, notice: JobNotice): Promise<void> {
  try {
    await notifier(notice);
  } catch {
    // See Notifier.
  }
}

function eventOf({ from, to }: JobTransition): JobNotice['event'] | undefined {
  if (isTerminated(to)) return 'terminated';
  return isStarted(to) && !isStarted(from) ? 'started' : undefined;
}

function isStarted(state: JobState): boolean {
  return state === 'Running' || state === 'Suspended';
}
