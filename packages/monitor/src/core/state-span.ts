import type { JobInfo, JobState } from '@docker-tracker/drmaa2';

/** One stretch of time that a job was in one state. */
export interface StateSpan {
  readonly state: JobState;
  readonly subState: string;
  /** RFC 3339, the engine's clock. */
  readonly from: string;
  /** RFC 3339; absent while the state lasts. */
  readonly to?: string;
}

/** Spans of one job that are kept: those of one that is suspended and resumed for ever would grow for ever. */
export const MOST_SPANS = 64;

/** The spans after the job went to another state. */
export function withSpan(spans: readonly StateSpan[], next: StateSpan): readonly StateSpan[] {
  const last = spans.at(-1);
  const closed = last === undefined ? [] : [...spans.slice(0, -1), { ...last, to: next.from }];
  return [...closed, next].slice(-MOST_SPANS);
}

/**
 * The spans of a job of which no change was seen yet. Of the time before it was first seen, only the beginning and the end of its
 * run are known; nothing is told of what is not.
 */
export function spansBefore({
  state,
  subState,
  submissionTime,
  dispatchTime,
  finishTime,
}: JobInfo): readonly StateSpan[] {
  if (state === 'Done' || state === 'Failed') {
    if (finishTime === undefined) return [];
    const run: readonly StateSpan[] =
      dispatchTime === undefined ? [] : [{ state: 'Running', subState: '', from: dispatchTime, to: finishTime }];
    return [...run, { state, subState, from: finishTime }];
  }
  const from = state === 'Running' || state === 'Suspended' ? dispatchTime : submissionTime;
  return from === undefined ? [] : [{ state, subState, from }];
}
