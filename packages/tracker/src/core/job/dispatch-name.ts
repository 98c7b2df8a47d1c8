import type { EngineNano } from './timestamp.js';

/** What a container's name says about its place in the queue. Labels cannot change; a name can, and its event carries the labels. */
export type DispatchState = 'queued' | 'held' | 'cancelled' | 'claimed' | 'new' | 'immediate';

/** A step of the queue that counted: the name that it gave, and when. */
export interface DispatchStep {
  readonly name: string;
  readonly at: EngineNano;
  /** An answer told the name: the last step that counted before, from which its events are judged if they come. */
  readonly before?: DispatchStep;
}

/** Nobody is at work any more on what has not gone on for so long: it is a leftover of a crash. */
export const LEFTOVER_NANO = 60_000_000_000n;

const SUFFIX = /\.(queued|held|cancelled|claim|new)(?:-[^.]*)?$|\.(slot)-\d+$/;
/** A claim that was given back: by a word of its own, since a release that is carried out late over a claim is none. */
const GIVEN_BACK = /\.queued-back-[^.]*$/;

/** From where each state may be reached; a claim goes back into the queue only as one that is given back. */
const PREDECESSORS: Readonly<Record<DispatchState, readonly DispatchState[]>> = {
  new: [],
  queued: ['new', 'held'],
  held: ['new', 'queued'],
  claimed: ['queued', 'claimed'],
  cancelled: ['new', 'queued', 'held', 'claimed', 'immediate'],
  immediate: ['immediate', 'claimed'],
};

/**
 * Reads the dispatch state out of a container's name: `NAME.queued-NONCE` (`NAME.queued-back-NONCE` after a claim), `.held-`, `.cancelled-`,
 * `.claim-`, `ARRAYKEY.slot-K`, `.new`.
 * A name without such an ending belongs to a job that is started as soon as it is created.
 */
export function dispatchState(name: string): DispatchState {
  const match = SUFFIX.exec(name);
  if (!match) return 'immediate';
  const word = match[1] ?? match[2];
  if (word === 'claim' || word === 'slot') return 'claimed';
  return word as Exclude<DispatchState, 'claimed' | 'immediate'>;
}

/**
 * Judges a rename. An engine does not compare the old name, so a step counts only if it was made from the last one
 * that counted, and leads where that one may lead. One that does not count changes nothing; who made the last one restores its name.
 */
export function seeStep(last: DispatchStep, oldName: string, step: DispatchStep): DispatchStep {
  if (!last.before) return judge(last, oldName, step);
  const before = judge(last.before, oldName, step);
  if (step.name === last.name) return before;
  return before === last.before ? last : { ...last, before };
}

/** A name that an answer told: how it came about, events that are on their way may say. */
export function hearName(last: DispatchStep, name: string, at: EngineNano): DispatchStep {
  return name === last.name ? last : { name, at, before: last.before ?? last };
}

/** Whether a job that was cancelled was so because its deadline came before its start. */
export function isCancelledForDeadline(name: string): boolean {
  return /\.cancelled-deadline-[^.]*$/.test(name);
}

/** Whether the name is one of an array's slots. */
export function isSlotName(name: string): boolean {
  return /\.slot-\d+$/.test(name);
}

/** The step that counted last. */
export function countedStep(dispatch: DispatchStep): DispatchStep {
  return dispatch.before ?? dispatch;
}

/** Whether nobody restores the job's name any more, if it is another one than the step gave that counted last. */
export function isLeftover(counted: DispatchStep, now: EngineNano): boolean {
  return now - counted.at >= LEFTOVER_NANO;
}

function judge(last: DispatchStep, oldName: string, step: DispatchStep): DispatchStep {
  if (step.name === last.name) return last;
  if (oldName === last.name) return mayFollow(oldName, step.name) ? step : last;
  // A leftover goes on from the name that it has, or from where it stood.
  const goesOn = isLeftover(last, step.at) && (mayFollow(oldName, step.name) || mayFollow(last.name, step.name));
  return goesOn ? step : last;
}

function mayFollow(oldName: string, name: string): boolean {
  const [from, to] = [dispatchState(oldName), dispatchState(name)];
  if (from === 'claimed') {
    // A claim is won first, by a name that nobody else has, and goes on to a slot; from there it does not go back.
    if (isSlotName(oldName)) return to === 'cancelled' || to === 'immediate';
    if (to === 'claimed') return isSlotName(name);
    if (to === 'queued') return GIVEN_BACK.test(name);
  }
  return PREDECESSORS[to].includes(from) && !GIVEN_BACK.test(name);
}
