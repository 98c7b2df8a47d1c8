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

/** From where each state may be reached. */
const PREDECESSORS: Readonly<Record<DispatchState, readonly DispatchState[]>> = {
  new: [],
  queued: ['new', 'held', 'claimed'],
  held: ['new', 'queued'],
  claimed: ['queued', 'claimed'],
  cancelled: ['new', 'queued', 'held', 'claimed', 'immediate'],
  immediate: ['immediate', 'claimed'],
};

/**
 * Reads the dispatch state out of a container's name: `NAME.queued-NONCE`, `.held-`, `.cancelled-`, `.claim-`, `ARRAYKEY.slot-K`, `.new`.
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

function judge(last: DispatchStep, oldName: string, step: DispatchStep): DispatchStep {
  if (step.name === last.name) return last;
  const isLeftover = step.at - last.at >= LEFTOVER_NANO;
  // Nobody restores the name of a leftover any more: it goes on from the one that it has.
  if (oldName !== last.name && !isLeftover) return last;
  const [from, to] = [dispatchState(oldName), dispatchState(step.name)];
  if (!PREDECESSORS[to].includes(from)) return last;
  // A claim is won first, by a name that nobody else has, and goes on to a slot; from there it does not go back.
  if (from === 'claimed' && to === 'claimed') return isSlotName(step.name) && !isSlotName(oldName) ? step : last;
  return isSlotName(oldName) && to === 'queued' ? last : step;
}
