import type { JobSnapshot } from '@docker-tracker/tracker';
import { plainText } from './plain-text.js';

/** So many digits of an id docker shows as well. */
export const SHORT_ID = 12;

/** What people call a job: its jobName, else its container's name; a task with its index. */
export function jobTitle(job: JobSnapshot): string {
  const name = job.jobName ?? job.arrayKey ?? job.containerName;
  return plainText(job.taskIndex === undefined ? name : `${name}[${String(job.taskIndex)}]`);
}

/** The id as docker shows it, and the name: enough to know a job by. */
export function jobNamed(job: JobSnapshot): string {
  return `${job.id.slice(0, SHORT_ID)} (${jobTitle(job)})`;
}
