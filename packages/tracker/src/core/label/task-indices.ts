import type { TaskIndices } from '@docker-tracker/drmaa2';
import { badArgument, badValue } from '../template/refusal.js';

/** A container takes 15 to 26 ms to create, and an array's id holds 67 characters for each of its jobs. */
export const MAX_TASKS = 10_000;

/**
 * The indices from begin to end by step, both ends included where step meets them.
 * @throws {Drmaa2Error} InvalidArgument: not whole numbers, out of bounds, more than 10000 tasks.
 * @source DRMAA2, JobSession::runBulkJobs: indices start at 1
 */
export function taskIndices(range: TaskIndices): readonly number[] {
  const { begin, end, step = 1, maxParallel = 0 } = range;
  checkWhole('begin', begin, 1, 'a whole number from 1');
  checkWhole('end', end, begin, `a whole number not below begin, ${String(begin)}`);
  checkWhole('step', step, 1, 'a whole number from 1');
  checkWhole('maxParallel', maxParallel, 0, 'a whole number from 0; 0 means no limit');
  const count = Math.floor((end - begin) / step) + 1;
  if (count > MAX_TASKS) {
    throw badArgument(`the array has ${String(count)} tasks; accepted: at most ${String(MAX_TASKS)}`);
  }
  return Array.from({ length: count }, (_, index) => begin + index * step);
}

function checkWhole(name: string, value: unknown, least: number, accepted: string): void {
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < least) throw badValue(name, value, accepted);
}
