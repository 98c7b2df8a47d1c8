import { hasEnded, titleOf, type Job } from './job.js';
import { controllable, question } from './page-state.js';
import { hasToken } from './server.js';

export const ACTIONS = ['suspend', 'resume', 'hold', 'release', 'terminate', 'delete'] as const;
export type Action = (typeof ACTIONS)[number];

/** Whether this page may control jobs at all. */
export function mayControl(): boolean {
  return controllable.value && hasToken;
}

export function isLegal(job: Job, action: Action): boolean {
  switch (action) {
    case 'suspend':
      return job.state === 'Running';
    case 'resume':
      return job.state === 'Suspended';
    case 'hold':
      return job.state === 'Queued' && job.subState.startsWith('waiting-');
    case 'release':
      return job.state === 'QueuedHeld';
    case 'terminate':
      return !hasEnded(job);
    case 'delete':
      return hasEnded(job);
  }
}

export function ask(job: Job, action: Action): void {
  if (mayControl() && isLegal(job, action)) question.value = { jobId: job.id, name: titleOf(job), action };
}
