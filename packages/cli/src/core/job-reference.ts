import type { JobSnapshot } from '@docker-tracker/tracker';
import { CommandError, usageError } from './command-error.js';
import { jobNamed } from './job-name.js';

/** What a word of the command line stands for. */
export interface FoundJobs {
  /** One, or the tasks of an array in index order. */
  readonly ids: readonly string[];
  /** The array that was named as a whole. */
  readonly arrayKey?: string;
}

const FULL_ID = /^[0-9a-f]{64}$/;
const MOST_CANDIDATES = 8;

/**
 * The jobs that a word names. In this order: the full id; a jobName or container name; an array's key, or its id (a JSON list);
 * the beginning of one job's id or of one array's key. A full id that is not among the jobs is passed on: it may be
 * a job that is remembered after its removal.
 *
 * @param session - whose jobs they are; absent: of all sessions
 * @throws {CommandError} nothing has that name; several have, which are then named.
 */
export function findJobs(word: string, jobs: ReadonlyMap<string, JobSnapshot>, session: string | undefined): FoundJobs {
  if (word === '') throw usageError('a job is named by an empty text', 'give an id, the beginning of one, or a name');
  if (jobs.has(word) || FULL_ID.test(word)) return { ids: [word] };
  if (word.startsWith('[')) return { ids: idsOf(word) };
  const all = [...jobs.values()];
  const named = all.filter((job) => job.jobName === word || job.containerName === word);
  if (named.length > 0) return the(named, word);
  const keys = new Set(all.map(({ arrayKey }) => arrayKey).filter((key) => key !== undefined));
  if (keys.has(word)) return arrayOf(word, all);
  const begun = all.filter(({ id }) => id.startsWith(word));
  const begunKeys = [...keys].filter((key) => key.startsWith(word));
  if (begun.length === 0 && begunKeys.length === 1) return arrayOf(begunKeys[0]!, all);
  if (begun.length > 0 && begunKeys.length === 0) return the(begun, word);
  if (begun.length > 0 || begunKeys.length > 0) throw ambiguous(word, begun, begunKeys);
  const where = session === undefined ? 'any session' : `session ${JSON.stringify(session)}`;
  throw new CommandError(`no job ${JSON.stringify(word)} in ${where}`, {
    advice: 'docker-tracker ps --all lists the jobs of a session, --session NAME chooses another one',
  });
}

function the(found: readonly JobSnapshot[], word: string): FoundJobs {
  if (found.length > 1) throw ambiguous(word, found, []);
  return { ids: found.map(({ id }) => id) };
}

function arrayOf(arrayKey: string, jobs: readonly JobSnapshot[]): FoundJobs {
  const tasks = jobs.filter((job) => job.arrayKey === arrayKey);
  tasks.sort((one, other) => (one.taskIndex ?? 0) - (other.taskIndex ?? 0));
  return { ids: tasks.map(({ id }) => id), arrayKey };
}

function idsOf(word: string): readonly string[] {
  const ids: unknown = parsed(word);
  if (Array.isArray(ids) && ids.length > 0 && ids.every((id) => typeof id === 'string')) return ids;
  throw usageError(
    `${JSON.stringify(word)} is no array's id`,
    'give the JSON list of job ids that array --json printed',
  );
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // refused by the caller, with the text
  }
}

function ambiguous(word: string, jobs: readonly JobSnapshot[], arrays: readonly string[]): CommandError {
  const candidates = [...jobs.map(jobNamed), ...arrays.map((key) => `array ${key}`)];
  const shown = candidates.slice(0, MOST_CANDIDATES).join(', ');
  const more = candidates.length > MOST_CANDIDATES ? `, and ${String(candidates.length - MOST_CANDIDATES)} more` : '';
  return new CommandError(`${JSON.stringify(word)} may be ${shown}${more}`, {
    advice: 'give more digits of the id',
    exitCode: 2,
  });
}
