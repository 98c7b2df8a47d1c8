import { badValue } from './refusal.js';

/** Longer than any name that people read; keeps name and suffix within what a URL and a table carry. */
export const MAX_NAME_LENGTH = 200;

const ACCEPTED = `at most ${String(MAX_NAME_LENGTH)} characters, no control characters`;

/**
 * The container name asked for by a jobName: characters that Docker does not allow, and dots (which separate the
 * dispatch state from the name), become `-`. The name as given belongs into the label `drmaa2_jobname`.
 * DRMAA2 names need not be unique, container names must be: telling equal ones apart is up to the caller.
 * @returns undefined for an absent or empty name; else something that matches `[a-zA-Z0-9][a-zA-Z0-9_-]+`.
 * @throws {Drmaa2Error} InvalidArgument: a control character, a lone surrogate, more than 200 characters.
 */
export function containerName(jobName: string | undefined): string | undefined {
  if (jobName === undefined || jobName === '') return undefined;
  if (jobName.length > MAX_NAME_LENGTH || /[\p{Cc}\p{Cs}]/u.test(jobName)) throw badValue('jobName', jobName, ACCEPTED);
  const name = jobName.replace(/[^a-zA-Z0-9_-]/gu, '-').replace(/^[_-]+/, '');
  if (name === '') return 'job';
  return name.length === 1 ? `job-${name}` : name; // Docker wants two characters at least
}
