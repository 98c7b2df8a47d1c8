import { describe, expect, it } from 'vitest';
import { jobStatus } from './job-status.js';
import { EVENT_ACTIONS, type EventAction } from './observation.js';
import { reduce } from './reduce.js';
import { rowOf, ROWS, STATE_TABLE, type Row } from './state-table.js';
import { event, tell, WAYS } from './test-support/observations.test.support.js';

/** What each event, younger than all that came before it, makes of a job in each row: state, sub-state, and what is asked. */
const EXPECTED: Readonly<Record<Row, Readonly<Record<EventAction, string>>>> = {
  unseen: {
    create: 'Undetermined created',
    start: 'Running +inspect',
    pause: 'Undetermined unknown +inspect',
    unpause: 'Undetermined unknown +inspect',
    kill: 'Undetermined unknown +inspect',
    oom: 'Undetermined unknown +inspect',
    die: 'Undetermined unknown +inspect',
    stop: 'Undetermined unknown +inspect',
    restart: 'Undetermined unknown +inspect',
    rename: 'Undetermined unknown +inspect',
    update: 'Undetermined unknown +inspect',
    health_status: 'Undetermined unknown +inspect',
    destroy: 'no record',
  },
  unknown: {
    create: 'Undetermined unknown',
    start: 'Running +inspect',
    pause: 'Undetermined unknown +inspect',
    unpause: 'Undetermined unknown +inspect',
    kill: 'Undetermined unknown +inspect',
    oom: 'Undetermined unknown +inspect',
    die: 'Undetermined unknown +inspect',
    stop: 'Undetermined unknown +inspect',
    restart: 'Undetermined unknown +inspect',
    rename: 'Undetermined unknown',
    update: 'Undetermined unknown +inspect',
    health_status: 'Undetermined unknown',
    destroy: 'Undetermined lost',
  },
  created: {
    create: 'Undetermined created',
    start: 'Running +inspect',
    pause: 'Undetermined created +inspect +resync',
    unpause: 'Undetermined created +inspect +resync',
    kill: 'Undetermined created +inspect +resync',
    oom: 'Undetermined created +inspect +resync',
    die: 'Undetermined created +inspect +resync',
    stop: 'Undetermined created +inspect',
    restart: 'Undetermined created +inspect',
    rename: 'Undetermined created',
    update: 'Undetermined created +inspect',
    health_status: 'Undetermined created +inspect +resync',
    destroy: 'Undetermined lost',
  },
  running: {
    create: 'Running +inspect +resync',
    start: 'Running +inspect +resync',
    pause: 'Suspended paused',
    unpause: 'Running',
    kill: 'Suspended stopped',
    oom: 'Running oom-event',
    die: 'Done +inspect',
    stop: 'Running +inspect',
    restart: 'Running',
    rename: 'Running',
    update: 'Running +inspect',
    health_status: 'Running unhealthy',
    destroy: 'Undetermined lost',
  },
  restarting: {
    create: 'Queued restarting +inspect +resync',
    start: 'Running +inspect',
    pause: 'Queued restarting +inspect',
    unpause: 'Queued restarting +inspect',
    kill: 'Queued restarting +inspect',
    oom: 'Queued restarting',
    die: 'Queued restarting +inspect +resync',
    stop: 'Queued restarting +inspect',
    restart: 'Queued restarting +inspect',
    rename: 'Queued restarting',
    update: 'Queued restarting +inspect',
    health_status: 'Queued restarting',
    destroy: 'Failed removed',
  },
  ended: {
    create: 'Done +inspect +resync',
    start: 'Running +inspect',
    pause: 'Done +inspect',
    unpause: 'Done',
    kill: 'Done +inspect',
    oom: 'Done oom-event',
    die: 'Done +inspect +resync',
    stop: 'Done',
    restart: 'Done +inspect',
    rename: 'Done',
    update: 'Done +inspect',
    health_status: 'Done',
    destroy: 'Done removed',
  },
  removed: {
    create: 'Undetermined lost +inspect +resync',
    start: 'Undetermined lost +inspect +resync',
    pause: 'Undetermined lost +inspect +resync',
    unpause: 'Undetermined lost',
    kill: 'Undetermined lost',
    oom: 'Undetermined lost',
    die: 'Done removed',
    stop: 'Undetermined lost',
    restart: 'Undetermined lost',
    rename: 'Undetermined lost',
    update: 'Undetermined lost',
    health_status: 'Undetermined lost',
    destroy: 'Undetermined lost',
  },
};

const CELLS = ROWS.flatMap((row) => EVENT_ACTIONS.map((action) => [row, action] as const));

/** An id never comes back, so a destroy counts whenever it is heard of, and so does the end that it left open. */
const STALE = CELLS.filter(
  ([row, action]) => row !== 'unseen' && action !== 'destroy' && !(row === 'removed' && action === 'die'),
);

describe('STATE_TABLE', () => {
  it('decides every cell', () => {
    expect(Object.keys(STATE_TABLE)).toEqual([...ROWS]);
    for (const row of ROWS) expect(Object.keys(STATE_TABLE[row])).toEqual([...EVENT_ACTIONS]);
  });

  it.each(ROWS.filter((row) => row !== 'unseen'))('the way to %s leads there', (row) => {
    expect(rowOf(tell(...WAYS[row]).record)).toBe(row);
  });

  it.each(CELLS)('%s: %s', (row, action) => {
    const { record } = tell(...WAYS[row]);
    const { record: folded, effects } = reduce(record, event(action, 40));
    const status = folded && jobStatus(folded);
    const words = status ? [status.state, status.subState, ...effects.map(({ type }) => `+${type}`)] : ['no record'];
    expect(words.filter(Boolean).join(' ')).toBe(EXPECTED[row][action]);
  });

  it.each(STALE)('%s: a %s from before all that is known changes nothing', (row, action) => {
    const { record } = tell(...WAYS[row]);
    const stale = event(action, 1);
    const { record: folded, transitions } = reduce(record, stale);
    expect(folded).toBe(record);
    expect(transitions).toEqual([]);
  });
});
