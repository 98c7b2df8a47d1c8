import { Drmaa2Error } from './drmaa2-error.js';
import type { JobInfo } from './job-info.js';
import { isJobState } from './job-state.js';
import { parseTimestamp } from './timestamp.js';

/**
 * Which jobs are asked for: a JobInfo of which only some attributes are set. All that are set must hold.
 *
 * `wallclockTime` and `cpuTime` (seconds): the job has taken at least so much; 0 is unset. `submissionTime`, `dispatchTime` and
 * `finishTime` (RFC 3339): not before. `allocatedMachines`: all of these are among the job's. All others: equal.
 * What a job has not (a finish time while it runs) matches no set attribute. Extensions are not matched.
 * @source GFD.231 section 7.5; drmaa2os pkg/d2hlp/jinfomatcher.go
 */
export type JobFilter = {
  readonly [Attribute in keyof Omit<JobInfo, 'extensionList'>]?: JobInfo[Attribute] | undefined;
};

/** Whether a job is one of those that are asked for. Without a filter, each is. The filter is one that {@link checkJobFilter} accepts. */
export function jobMatches(info: JobInfo, filter: JobFilter | undefined): boolean {
  return Object.entries(filter ?? {}).every(([name, wanted]) => {
    if (wanted === undefined) return true;
    const attribute = name as keyof JobFilter;
    return RULES[attribute].matches(info[attribute], wanted);
  });
}

/** @throws {Drmaa2Error} InvalidArgument naming attribute, value and accepted form. */
export function checkJobFilter(filter: JobFilter | undefined): void {
  if (filter === undefined) return;
  if (typeof filter !== 'object' || (filter as unknown) === null || Array.isArray(filter)) {
    throw new Drmaa2Error('InvalidArgument', `the filter ${shown(filter)} is no object of JobInfo's attributes`);
  }
  for (const [name, value] of Object.entries(filter)) {
    if (!Object.hasOwn(RULES, name)) {
      const known = Object.keys(RULES).join(', ');
      throw new Drmaa2Error('InvalidArgument', `a filter has no attribute ${shown(name)}; it may have ${known}`);
    }
    const { accepts, form } = RULES[name as keyof JobFilter];
    if (value !== undefined && !accepts(value))
      throw new Drmaa2Error('InvalidArgument', `the filter's ${name} is ${shown(value)}; it takes ${form}`);
  }
}

interface Rule {
  readonly form: string;
  readonly accepts: (wanted: unknown) => boolean;
  /** `has` is what the job has, undefined where it has nothing. */
  readonly matches: (has: unknown, wanted: unknown) => boolean;
}

const isNumber = (value: unknown): value is number => typeof value === 'number' && !Number.isNaN(value);
const isText = (value: unknown): value is string => typeof value === 'string';
const isList = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const equals = (has: unknown, wanted: unknown): boolean => has === wanted;
const text: Rule = { form: 'a text', accepts: isText, matches: equals };
const whole: Rule = { form: 'a whole number', accepts: (value) => Number.isSafeInteger(value), matches: equals };
const state: Rule = { form: 'a job state such as Running', accepts: isJobState, matches: equals };
const atLeast: Rule = {
  form: 'a number of seconds',
  accepts: isNumber,
  matches: (has, wanted) => wanted === 0 || (isNumber(has) && isNumber(wanted) && has >= wanted),
};
const notBefore: Rule = {
  form: 'an RFC 3339 time such as 2026-11-25T23:00:00Z',
  accepts: (wanted) => isText(wanted) && parseTimestamp(wanted) !== undefined,
  matches: (has, wanted) => {
    const at = isText(has) ? parseTimestamp(has) : undefined;
    const from = isText(wanted) ? parseTimestamp(wanted) : undefined;
    return at !== undefined && from !== undefined && at >= from;
  },
};
const contains: Rule = {
  form: 'a list of machine names',
  accepts: isList,
  matches: (has, wanted) => isList(has) && isList(wanted) && wanted.every((machine) => has.includes(machine)),
};

const RULES: Readonly<Record<keyof JobFilter, Rule>> = {
  id: text,
  exitStatus: whole,
  terminatingSignal: text,
  annotation: text,
  state,
  subState: text,
  allocatedMachines: contains,
  submissionMachine: text,
  jobOwner: text,
  slots: whole,
  queueName: text,
  wallclockTime: atLeast,
  cpuTime: atLeast,
  submissionTime: notBefore,
  dispatchTime: notBefore,
  finishTime: notBefore,
};

function shown(value: unknown): string {
  const json: unknown = JSON.stringify(value);
  return typeof json === 'string' ? json.slice(0, 200) : String(value);
}
