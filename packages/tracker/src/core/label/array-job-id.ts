import { badValue, badArgument } from '../template/refusal.js';

const ACCEPTED = 'a JSON list of job ids such as ["4f5a…","90ab…"], as addArrayJob returned it';

/**
 * The id of a job array: the JSON list of its job ids in index order, which the Go tracker reads as well.
 * @throws {Drmaa2Error} InvalidArgument: no id, or an empty one.
 */
export function encodeArrayJobId(ids: readonly string[]): string {
  if (!isIdList(ids)) throw badArgument('a job array has at least one job, and no job id is empty');
  return JSON.stringify(ids);
}

/** @throws {Drmaa2Error} InvalidArgument: anything but a JSON list of at least one job id, none empty. */
export function decodeArrayJobId(text: string): readonly string[] {
  const ids = parse(text);
  if (!isIdList(ids)) throw badValue('array job id', text, ACCEPTED);
  return ids;
}

function parse(text: unknown): unknown {
  try {
    return typeof text === 'string' ? JSON.parse(text) : undefined;
  } catch {
    return undefined; // refused by the caller, with the text
  }
}

function isIdList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.length > 0 && value.every((id) => typeof id === 'string' && id !== '');
}
