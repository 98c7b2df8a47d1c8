import { JOB_STATES, isTerminated, type JobState } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '@docker-tracker/tracker';
import { usageError } from './command-error.js';

/** What `--filter` may ask for, and which jobs have it. */
const FILTERS = {
  state: (job: JobSnapshot, value: string) => job.state === value,
  'sub-state': (job: JobSnapshot, value: string) => job.subState === value,
  name: (job: JobSnapshot, value: string) => job.jobName?.includes(value) === true || job.containerName.includes(value),
  category: (job: JobSnapshot, value: string) => job.category === value,
  array: (job: JobSnapshot, value: string) => value !== '' && job.arrayKey?.startsWith(value) === true,
  'exit-status': (job: JobSnapshot, value: string) => String(job.exitStatus ?? '') === value,
} as const;

/** The keys that `--filter` takes. */
export const FILTER_KEYS: readonly string[] = Object.keys(FILTERS);

export type JobPredicate = (job: JobSnapshot) => boolean;

/**
 * Which jobs are shown, by docker's rules: values of one key are alternatives, different keys all hold. Ended jobs are shown
 * where `all` is set, or a state or exit status is asked for.
 *
 * @param filters - each `key=value`
 * @throws {CommandError} an unknown key or state, naming the accepted ones.
 */
export function jobPredicate(filters: readonly string[], all: boolean): JobPredicate {
  const wanted = new Map<keyof typeof FILTERS, string[]>();
  for (const filter of filters) {
    const [key, value] = parseFilter(filter);
    wanted.set(key, [...(wanted.get(key) ?? []), value]);
  }
  const asksForEnded = all || wanted.has('state') || wanted.has('exit-status');
  return (job) =>
    (asksForEnded || !isTerminated(job.state)) &&
    [...wanted].every(([key, values]) => values.some((value) => FILTERS[key](job, value)));
}

function parseFilter(filter: string): readonly [keyof typeof FILTERS, string] {
  const equals = filter.indexOf('=');
  const key = filter.slice(0, equals);
  const value = filter.slice(equals + 1);
  if (equals < 1 || !isFilterKey(key)) {
    throw usageError(`filter ${JSON.stringify(filter)} is unknown`, `give one of ${FILTER_KEYS.join('=, ')}=`);
  }
  return [key, key === 'state' ? stateNamed(value) : value];
}

function isFilterKey(key: string): key is keyof typeof FILTERS {
  return Object.hasOwn(FILTERS, key);
}

/** A state in any case. */
export function stateNamed(word: string): JobState {
  const state = JOB_STATES.find((name) => name.toLowerCase() === word.toLowerCase());
  if (state) return state;
  throw usageError(`${JSON.stringify(word)} is no job state`, `give one of ${JOB_STATES.join(', ')}`);
}
