import { isTerminated } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '@docker-tracker/tracker';

/** Later than any time of an engine's. */
const NOT_YET = '9';

/**
 * As docker has it: what started last comes first, before it what has not started yet. The tasks of an array stay together, in
 * order of their index, where the youngest of them belongs.
 */
export function newestFirst(jobs: Iterable<JobSnapshot>): JobSnapshot[] {
  const youngest = new Map<string, string>();
  const all = [...jobs];
  for (const job of all) {
    const group = groupOf(job);
    const before = youngest.get(group);
    if (before === undefined || startOf(job) > before) youngest.set(group, startOf(job));
  }
  return all.sort((one, other) => {
    const [first, second] = [groupOf(one), groupOf(other)];
    if (first === second) return (one.taskIndex ?? 0) - (other.taskIndex ?? 0);
    return byText(youngest.get(second) ?? '', youngest.get(first) ?? '') || byText(first, second);
  });
}

function groupOf({ arrayKey, id }: JobSnapshot): string {
  return arrayKey ?? id;
}

function startOf({ startedAt, state }: JobSnapshot): string {
  return startedAt ?? (isTerminated(state) ? '' : NOT_YET);
}

export function byText(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
