import type { JobRecord } from './job-record.js';
import type { EventAction } from './observation.js';

/** Where a record stands when an event meets it. */
export const ROWS = ['unseen', 'unknown', 'created', 'running', 'restarting', 'ended', 'removed'] as const;

export type Row = (typeof ROWS)[number];

/**
 * What an event does to a record. Each is still judged by the clocks of the facts that it touches: a stale event changes nothing.
 *
 * - `stay`: tells nothing new. `ignore`: no record is made.
 * - `sight`: first sight of the container. `begin`: a run begins. `same-run`: the start of the run that an answer showed already.
 * - `end`: the run ended, or an inspect decides whether its policy restarts it. `late-end`: decides what was lost.
 * - `freeze`, `thaw`, `signal`, `oom`, `health`, `policy`: the fact of that name. `remove`: the container is gone.
 * - `ask`: the event cannot tell, an inspect does.
 * - `resync`: impossible unless something was missed.
 */
export type Cell =
  | 'stay'
  | 'ignore'
  | 'sight'
  | 'begin'
  | 'same-run'
  | 'end'
  | 'own-end'
  | 'late-end'
  | 'freeze'
  | 'thaw'
  | 'signal'
  | 'oom'
  | 'health'
  | 'policy'
  | 'remove'
  | 'ask'
  | 'resync';

/** Every cell is decided. A `rename` needs no cell of its own: every event carries the name. */
// prettier-ignore
export const STATE_TABLE = {
  unseen:     { create: 'sight',  start: 'sight',    pause: 'sight',  unpause: 'sight',  kill: 'sight',  oom: 'sight',  die: 'sight',    stop: 'sight', restart: 'sight', rename: 'sight', update: 'sight',  health_status: 'sight',  destroy: 'ignore' },
  unknown:    { create: 'stay',   start: 'begin',    pause: 'ask',    unpause: 'ask',    kill: 'ask',    oom: 'ask',    die: 'end',      stop: 'ask',   restart: 'ask',   rename: 'stay',  update: 'policy', health_status: 'health', destroy: 'remove' },
  created:    { create: 'stay',   start: 'begin',    pause: 'resync', unpause: 'resync', kill: 'resync', oom: 'resync', die: 'resync',   stop: 'ask',   restart: 'ask',   rename: 'stay',  update: 'policy', health_status: 'resync', destroy: 'remove' },
  running:    { create: 'resync', start: 'same-run', pause: 'freeze', unpause: 'thaw',   kill: 'signal', oom: 'oom',    die: 'end',      stop: 'ask',   restart: 'stay',  rename: 'stay',  update: 'policy', health_status: 'health', destroy: 'remove' },
  restarting: { create: 'resync', start: 'begin',    pause: 'ask',    unpause: 'ask',    kill: 'ask',    oom: 'oom',    die: 'own-end',  stop: 'ask',   restart: 'ask',   rename: 'stay',  update: 'policy', health_status: 'health', destroy: 'remove' },
  ended:      { create: 'resync', start: 'begin',    pause: 'ask',    unpause: 'stay',   kill: 'signal', oom: 'oom',    die: 'own-end',  stop: 'stay',  restart: 'ask',   rename: 'stay',  update: 'policy', health_status: 'stay',   destroy: 'remove' },
  removed:    { create: 'resync', start: 'resync',   pause: 'resync', unpause: 'stay',   kill: 'stay',   oom: 'oom',    die: 'late-end', stop: 'stay',  restart: 'stay',  rename: 'stay',  update: 'stay',   health_status: 'stay',   destroy: 'remove' },
} as const satisfies Record<Row, Record<EventAction, Cell>>;

export function rowOf(record: JobRecord | undefined): Row {
  if (!record) return 'unseen';
  return record.removed ? 'removed' : record.run.phase;
}
