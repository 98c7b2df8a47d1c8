import type { JobRecord } from '../job/job-record.js';
import { countedStep, dispatchState, LEFTOVER_NANO, type DispatchState } from '../job/dispatch-name.js';
import { jobStatus } from '../job/job-status.js';
import { isOver } from '../job/run-end.js';
import { parseTimestamp, type EngineNano } from '../job/timestamp.js';
import {
  ARRAY_KEY_LABEL,
  DISPATCH_LABEL,
  MAX_PARALLEL_LABEL,
  PRIORITY_LABEL,
  START_TIME_LABEL,
  TASK_ID_LABEL,
} from '../label/label-names.js';

/** Where a job that has not started stands; `undefined`: it has, or is nobody's to start. */
export function placeOf(record: JobRecord): DispatchState | undefined {
  if (record.removed || record.run.phase !== 'created' || record.labels[DISPATCH_LABEL] === undefined) return undefined;
  return jobStatus(record).subState === 'start-failed' ? undefined : dispatchState(record.dispatch.name);
}

/** The slot that a task has; one that has ended has it as long as its name says so. */
export function slotOf(record: JobRecord): { readonly arrayKey: string; readonly slot: number } | undefined {
  const { dispatch, labels, name } = record;
  const arrayKey = labels[ARRAY_KEY_LABEL];
  const slot = /\.slot-(\d{1,6})$/.exec(isOver(record) ? name.value : dispatch.name)?.[1];
  return arrayKey !== undefined && slot !== undefined ? { arrayKey, slot: Number(slot) } : undefined;
}

/** The name that a task takes in a slot: unique on the engine, so the engine itself grants each slot once. */
export function slotName(arrayKey: string, slot: number): string {
  return `${arrayKey}.slot-${String(slot)}`;
}

/** What a name begins with, before what it says about the queue. A task's is made anew, since a slot's name tells nothing of it. */
export function baseName({ name, labels }: JobRecord): string {
  const arrayKey = labels[ARRAY_KEY_LABEL];
  if (arrayKey !== undefined) return taskName(arrayKey, labels[TASK_ID_LABEL] ?? '');
  return name.value.split('.')[0] ?? '';
}

export function taskName(arrayKey: string, index: number | string): string {
  return `${arrayKey}-${String(index)}`;
}

/** How many tasks of its array may run at once; 0: all. */
export function maxParallelOf({ labels }: JobRecord): number {
  const most = Number(labels[MAX_PARALLEL_LABEL] ?? 0);
  return Number.isSafeInteger(most) && most > 0 ? most : 0;
}

/** Not to be started before this moment. */
export function startTimeOf({ labels }: JobRecord): EngineNano | undefined {
  return parseTimestamp(labels[START_TIME_LABEL]);
}

/** Jobs of a higher priority are started first; 0 where none was given. */
export function priorityOf({ labels }: JobRecord): number {
  const priority = Number(labels[PRIORITY_LABEL] ?? 0);
  return Number.isSafeInteger(priority) ? priority : 0;
}

/** With a name that does not count: when nobody restores it any more, and the job goes on from the one that it has. */
export function leftoverAtOf({ dispatch, name, removed, run }: JobRecord): EngineNano | undefined {
  const counted = countedStep(dispatch);
  if (removed || run.phase !== 'created' || name.value === counted.name) return undefined;
  return counted.at + LEFTOVER_NANO;
}
