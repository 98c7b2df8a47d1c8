import { SESSION_LABEL } from '../label/label-names.js';
import { askInspect, latestClock, step, stepRun, unchanged, withEffect, type Fold } from './fold.js';
import type { Fact, JobRecord } from './job-record.js';
import type { EventObservation, Reduced } from './observation.js';
import { begin, beginningOf, dieIsFinal, emptyRun, endByDie } from './run.js';
import { SIGCONT, SIGSTOP } from './signal-name.js';
import { rowOf, STATE_TABLE, type Cell } from './state-table.js';

const NOTHING: Reduced = { record: undefined, transitions: [], effects: [] };

/** Folds one event: the table names the cell, the clocks of the facts that it touches decide whether it is news. */
export function foldEvent(record: JobRecord | undefined, event: EventObservation): Reduced {
  const cell: Cell = STATE_TABLE[rowOf(record)][event.action];
  if (!record) return cell === 'ignore' ? NOTHING : CELLS[cell](unchanged(firstSight(event)), event);
  return CELLS[cell](renamed(unchanged(record), event), event);
}

function firstSight(event: EventObservation): JobRecord {
  const { at } = event;
  const source = 'event';
  const born = event.action === 'create';
  return {
    id: event.id,
    session: event.labels[SESSION_LABEL] ?? '',
    image: event.image,
    labels: event.labels,
    firstSeen: event.order,
    removed: false,
    removedByAbsence: false,
    name: { value: event.name, at, source },
    // What came before is not known, so the record stands just before its first event.
    run: emptyRun('unknown', born ? at : at - 1n, source),
    freezer: { value: false, at: born ? at : at - 1n, source: born ? 'event' : 'answer' },
    stopSignal: { value: born ? false : undefined, at: born ? at : at - 1n, source: born ? 'event' : 'answer' },
    health: { value: 'none', at: born ? at : at - 1n, source },
    at: 0n,
  };
}

/** The name at that time rides on every event, and no label can hide it. @source engine-facts 2.1 */
function renamed(fold: Fold, event: EventObservation): Fold {
  const { name } = fold.record;
  if (event.at <= name.at || event.name === '' || event.name === name.value) return fold;
  return step(fold, { name: { value: event.name, at: event.at, source: 'event' } }, event.at, event.action);
}

type Action = (fold: Fold, event: EventObservation) => Fold;

const stay: Action = (fold) => fold;

const ask: Action = (fold, event) => (event.at > latestClock(fold.record) ? askInspect(fold) : fold);

const resync: Action = (fold, event) => {
  const { record } = fold;
  if (event.at <= latestClock(record)) return fold;
  return withEffect(askInspect(fold), { type: 'resync', because: `${event.action} while ${rowOf(record)}` });
};

const CELLS: Readonly<Record<Cell, Action>> = {
  stay,
  ignore: stay,
  ask,
  resync,
  sight: (fold, event) => {
    if (event.action === 'create') {
      return stepRun(fold, { ...fold.record.run, phase: 'created' }, event.at, event.action);
    }
    if (event.action === 'start') return CELLS.begin(fold, event);
    if (event.action === 'die') return askInspect(pending(fold, event));
    return askInspect(fold);
  },
  begin: (fold, event) => {
    const { run } = fold.record;
    if (event.at <= run.at) return fold;
    // An answer may have shown this very run's end before its start was delivered.
    if (run.phase === 'ended' && run.source === 'answer') return askInspect(fold);
    return askInspect(begin(fold, { at: event.at, source: 'event', startEventAt: event.at }, event.action));
  },
  'same-run': (fold, event) => {
    const { run } = fold.record;
    const beginning = beginningOf(run);
    if (run.startEventAt !== undefined && event.at <= run.startEventAt) return fold;
    if (beginning !== undefined && event.at < beginning) return fold;
    if (run.startEventAt === undefined) {
      return stepRun(fold, { ...run, startEventAt: event.at }, event.at, event.action);
    }
    if (run.pendingDies.some((die) => die.at < event.at)) return askInspect(fold);
    return resync(fold, event);
  },
  end: (fold, event) => {
    const { record } = fold;
    const { run } = record;
    const beginning = beginningOf(run);
    const die = { at: event.at, ...(event.exitCode !== undefined && { exitCode: event.exitCode }) };
    if (beginning !== undefined && event.at <= beginning) return run.unsettled ? settle(fold, event) : fold;
    if (run.source === 'answer' && event.at <= run.at) return fold;
    if (run.pendingDies.some((known) => known.at === event.at)) return fold;
    // The inspect that follows brings what a die does not tell: FinishedAt, OOMKilled.
    return askInspect(dieIsFinal(record, die) ? endByDie(fold, die, event.action) : pending(fold, event));
  },
  'own-end': (fold, event) => {
    const { run } = fold.record;
    const beginning = beginningOf(run);
    if (run.dieAt !== undefined) return event.at > run.dieAt ? resync(fold, event) : fold;
    if (beginning !== undefined && event.at <= beginning) return fold;
    return stepRun(fold, { ...run, dieAt: event.at, unwitnessed: false }, event.at, event.action);
  },
  'late-end': (fold, event) => {
    const { run } = fold.record;
    if (run.phase === 'ended' || event.exitCode === undefined) return fold;
    return endByDie(fold, { at: event.at, exitCode: event.exitCode }, event.action);
  },
  freeze: (fold, event) => freezer(fold, event, true),
  thaw: (fold, event) => freezer(fold, event, false),
  signal: (fold, event) => {
    const { record } = fold;
    if (event.signal === undefined) return withEffect(fold, { type: 'top', id: record.id });
    const { run } = record;
    const beginning = beginningOf(run);
    if (beginning !== undefined && event.at < beginning) return fold;
    if (run.phase === 'ended') {
      if (run.dieAt !== undefined || run.killSignal === event.signal) return fold;
      return stepRun(fold, { ...run, killSignal: event.signal }, event.at, event.action);
    }
    if (event.at <= record.stopSignal.at) return fold;
    return stopSignal(fold, event, event.signal);
  },
  oom: (fold, event) => {
    const { run } = fold.record;
    const beginning = beginningOf(run);
    if (run.oom || (beginning !== undefined && event.at < beginning)) return fold;
    return stepRun(fold, { ...run, oom: true }, event.at, event.action);
  },
  health: (fold, event) => {
    const { health } = fold.record;
    if (event.at <= health.at || event.health === undefined) return fold;
    return step(fold, { health: { value: event.health, at: event.at, source: 'event' } }, event.at, event.action);
  },
  policy: (fold, event) => {
    const { details } = fold.record;
    if (!details || event.at <= details.asOf || details.restartPolicy === undefined) return askInspectOnce(fold, event);
    const { restartPolicy: _, ...others } = details;
    return askInspect(step(fold, { details: others }, event.at, event.action));
  },
  remove: (fold, event) => {
    const { run } = fold.record;
    const last = run.pendingDies.at(-1);
    const ended = run.phase !== 'ended' && last?.exitCode !== undefined ? endByDie(fold, last, 'die') : fold;
    return step(ended, { removed: true, removedByAbsence: false }, event.at, event.action);
  },
};

function askInspectOnce(fold: Fold, event: EventObservation): Fold {
  const asOf = fold.record.details?.asOf;
  return asOf !== undefined && event.at <= asOf ? fold : askInspect(fold);
}

function pending(fold: Fold, event: EventObservation): Fold {
  const { run } = fold.record;
  const die = { at: event.at, ...(event.exitCode !== undefined && { exitCode: event.exitCode }) };
  return stepRun(fold, { ...run, pendingDies: [...run.pendingDies, die] }, event.at, event.action);
}

/** The end of a run that an answer had jumped over: told now, and the run that follows it begins again. */
function settle(fold: Fold, event: EventObservation): Fold {
  const { record } = fold;
  const { run } = record;
  if (event.exitCode === undefined) return stepRun(fold, { ...run, unsettled: false }, event.at, event.action);
  const ended = endByDie(
    { ...fold, record: { ...record, run: emptyRun('running', event.at, 'event') } },
    { at: event.at, exitCode: event.exitCode },
    event.action,
  );
  return step(ended, { run: { ...run, unsettled: false } }, run.at, 'inspect');
}

function freezer(fold: Fold, event: EventObservation, value: boolean): Fold {
  const known = fold.record.freezer;
  if (event.at <= known.at) return fold;
  if (known.value === value) return fold;
  if (known.source === 'answer') return askInspect(fold);
  return step(fold, { freezer: { value, at: event.at, source: 'event' } }, event.at, event.action);
}

function stopSignal(fold: Fold, event: EventObservation, signal: number): Fold {
  const { run, stopSignal: known } = fold.record;
  const stops = signal === SIGSTOP;
  const fact: Fact<boolean | undefined> = {
    value: stops ? true : signal === SIGCONT ? false : known.value,
    at: event.at,
    source: 'event',
  };
  return step(fold, { stopSignal: fact, run: { ...run, killSignal: signal } }, event.at, event.action);
}
