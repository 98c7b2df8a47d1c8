/** What a container's name says about its place in the queue. Labels cannot change; a name can, and its event carries the labels. */
type DispatchState = 'queued' | 'held' | 'cancelled' | 'claimed' | 'new' | 'immediate';

const SUFFIX = /\.(queued|held|cancelled|claim|new)(?:-[^.]*)?$|\.(slot)-\d+$/;

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
