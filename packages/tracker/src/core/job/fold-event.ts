import { SESSION_LABEL } from '../label/label-names.js';
import { hearName, seeStep, type DispatchStep } from './dispatch-name.js';
import { heard } from './fact.js';
import { askInspect, latestClock, NOTHING, step, stepRun, unchanged, withEffect, type Fold } from './fold.js';
import { keptLabels, type Fact, type JobRecord } from './job-record.js';
import type { EventObservation, Reduced } from './observation.js';
import { begin, beginningOf, dieIsFinal, emptyRun, endByDie, endByRemoval } from './run.js';
import { SIGCONT, SIGSTOP } from './signal-name.js';
import { rowOf, STATE_TABLE, type Cell } from './state-table.js';

/** Folds one event: the table names the cell, the clocks of the facts that it touches decide whether it is news. */
export function foldEvent(record: JobRecord | undefined, event: EventObservation): Reduced {
  const cell: Cell = STATE_TABLE[rowOf(record)][event.action];
  if (!record) return cell === 'ignore' ? NOTHING : CELLS[cell](unchanged(firstSight(event)), event, true);
  return CELLS[cell](renamed(unchanged(record), event), event, event.at > latestClock(record));
}

function firstSight(event: EventObservation): JobRecord {
  const { at } = event;
  const source = 'event';
  const born = event.action === 'create';
  return {
    id: event.id,
    session: event.labels[SESSION_LABEL] ?? '',
    image: event.image,
    ...keptLabels(event.labels),
    firstSeen: event.order,
    removed: false,
    removedByAbsence: false,
    name: { value: event.name, at, source },
    dispatch: { name: event.name, at },
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
  const { name, dispatch } = fold.record;
  if (event.name === '') return fold;
  if (event.at <= name.at) {
    // An answer has shown a younger name, and how the job came by that is not judged yet.
    const open =
      event.action === 'rename' &&
      event.oldName !== undefined &&
      dispatch.before !== undefined &&
      event.at > dispatch.before.at;
    if (!open) return fold;
    return step(
      fold,
      { dispatch: seeStep(dispatch, event.oldName, { name: event.name, at: event.at }) },
      event.at,
      event.action,
    );
  }
  const { fact, ask } = heard(name, event.name, event.at);
  const named = step(fold, { name: fact, dispatch: stepped(fold.record, event, fact) }, event.at, event.action);
  return ask ? askInspect(named) : named;
}

/** Where the job stands in the queue then. A name whose `rename` was missed is taken for a step that counted. */
function stepped({ dispatch, name: before }: JobRecord, event: EventObservation, now: Fact<string>): DispatchStep {
  const { action, oldName, name, at } = event;
  if (action === 'rename' && oldName !== undefined) return seeStep(dispatch, oldName, { name, at });
  return now.value === before.value ? dispatch : hearName(dispatch, now.value, now.at);
}

/** `news`: the event is younger than all that was folded so far. */
type Action = (fold: Fold, event: EventObservation, news: boolean) => Fold;

const stay: Action = (fold) => fold;

const ask: Action = (fold, _event, news) => (news ? askInspect(fold) : fold);

const resync: Action = (fold, event, news) => {
  if (!news) return fold;
  const because = `${event.action} while ${rowOf(fold.record)}`;
  return withEffect(askInspect(fold), { type: 'resync', because });
};

const CELLS: Readonly<Record<Cell, Action>> = {
  stay,
  ignore: stay,
  ask,
  resync,
  sight: (fold, event, news) => {
    if (event.action === 'create') return stepRun(fold, { phase: 'created' }, event.at, event.action);
    return askInspect(CELLS[STATE_TABLE.unknown[event.action]](fold, event, news));
  },
  begin: (fold, event) => {
    const { run } = fold.record;
    if (event.at <= run.at || event.at <= (run.dieAt ?? 0n)) return fold;
    // An answer may have shown how this very run went on before its start was delivered.
    const over = run.phase === 'ended' || run.phase === 'restarting';
    if (over && run.dieAt === undefined) return askInspect(fold);
    return askInspect(begin(fold, { at: event.at, source: 'event', startEventAt: event.at }, event.action));
  },
  'same-run': (fold, event, news) => {
    const { run } = fold.record;
    const beginning = beginningOf(run) ?? 0n;
    if (event.at <= (run.startEventAt ?? 0n) || event.at < beginning) return fold;
    if (run.pendingDies.some(({ at }) => at > beginning && at < event.at)) {
      // Its `die` is not judged yet; what is known of the run that begins here must not wait for that.
      return askInspect(begin(fold, { at: event.at, source: 'event', startEventAt: event.at }, event.action));
    }
    if (run.startEventAt === undefined) return stepRun(fold, { startEventAt: event.at }, event.at, event.action);
    return resync(fold, event, news);
  },
  end: (fold, event) => {
    const { record } = fold;
    const { run } = record;
    const beginning = beginningOf(run);
    if (beginning !== undefined && event.at <= beginning) return fold;
    // The answer that showed it running includes this event, unless a clock was set.
    if (run.source === 'answer' && event.at <= run.at) return askInspect(fold);
    if (run.pendingDies.some(({ at }) => at === event.at)) return fold;
    const die = { at: event.at, ...(event.exitCode !== undefined && { exitCode: event.exitCode }) };
    if (dieIsFinal(record, die)) return askInspect(endByDie(fold, die, event.action));
    const pendingDies = [...run.pendingDies, die].sort((one, other) => (one.at < other.at ? -1 : 1));
    return askInspect(stepRun(fold, { pendingDies }, event.at, event.action));
  },
  'own-end': (fold, event, news) => {
    const { run } = fold.record;
    if (run.dieAt !== undefined) return event.at > run.dieAt ? resync(fold, event, news) : fold;
    if (event.at <= (beginningOf(run) ?? run.at)) return fold;
    // An answer told the end. Is this its `die`, or that of a run in between?
    return askInspect(stepRun(fold, { dieAt: event.at, unwitnessed: false }, event.at, event.action));
  },
  'late-end': (fold, event) => {
    const { run } = fold.record;
    const own = event.at > (beginningOf(run) ?? 0n);
    if (run.phase === 'ended' || event.exitCode === undefined || !own) return fold;
    return endByDie(fold, { at: event.at, exitCode: event.exitCode }, event.action);
  },
  freeze: (fold, event) => freezer(fold, event, true),
  thaw: (fold, event) => freezer(fold, event, false),
  signal: (fold, event, news) => {
    const { run, stopSignal, id } = fold.record;
    if (event.signal === undefined) return news ? withEffect(fold, { type: 'top', id }) : fold;
    const since = beginningOf(run) ?? 0n;
    const { signal, at } = event;
    const counts = at > since && at > (run.kill?.at ?? 0n) && at < (run.dieAt ?? at + 1n);
    const killed = counts ? stepRun(fold, { kill: { signal, at } }, at, event.action) : fold;
    // Nothing is signalled that has ended: a start was missed.
    if (run.phase === 'ended') return at > (run.dieAt ?? at) ? ask(killed, event, news) : killed;
    if (at <= stopSignal.at || (signal !== SIGSTOP && signal !== SIGCONT)) return killed;
    return step(killed, { stopSignal: { value: signal === SIGSTOP, at, source: 'event' } }, at, event.action);
  },
  oom: (fold, event) => {
    const { run } = fold.record;
    if (event.at < (beginningOf(run) ?? 0n)) return fold;
    return stepRun(fold, { oom: true }, event.at, event.action);
  },
  health: (fold, event) => {
    const { health } = fold.record;
    if (event.at <= health.at || event.health === undefined) return fold;
    return step(fold, { health: { value: event.health, at: event.at, source: 'event' } }, event.at, event.action);
  },
  policy: (fold, event) => {
    const { details } = fold.record;
    if (!details) return askInspect(fold);
    if (event.at <= details.asOf) return fold;
    const { restartPolicy: _, ...others } = details;
    return askInspect(step(fold, { details: { ...others, asOf: event.at } }, event.at, event.action));
  },
  remove: (fold, event) => {
    const { removed, removedByAbsence } = fold.record;
    // After a daemon's crash there may be two of them.
    if (removed && !removedByAbsence) return fold;
    const gone = { removed: true, removedByAbsence: false, removedAt: event.at };
    return step(endByRemoval(fold), gone, event.at, event.action);
  },
};

function freezer(fold: Fold, event: EventObservation, value: boolean): Fold {
  const { fact, ask: doubtful } = heard(fold.record.freezer, value, event.at);
  const folded = step(fold, { freezer: fact }, event.at, event.action);
  return doubtful ? askInspect(folded) : folded;
}
