import { SESSION_LABEL } from '../label/label-names.js';
import { askInspect, step, stepRun, unchanged, type Fold } from './fold.js';
import type { Fact, JobRecord, Run } from './job-record.js';
import type {
  AbsentObservation,
  ExitedObservation,
  InspectObservation,
  ListedObservation,
  Reduced,
  TopObservation,
} from './observation.js';
import { begin, beginningOf, emptyRun, endByDie } from './run.js';
import { parseTimestamp } from './timestamp.js';

/** Folds an inspect: the truth as of the youngest event received before it was asked, and perhaps ahead of that. */
export function foldInspect(record: JobRecord | undefined, seen: InspectObservation): Reduced {
  const known = record ?? firstAnswer(seen);
  // A destroy is the last word on an id; an absence out of a list may have been premature.
  if (known.removed && !known.removedByAbsence) return unchanged(known);
  let fold = step(unchanged(known), described(known, seen), seen.asOf, seen.kind);
  if (seen.clockMoved === true) fold = unchanged(forgetClocks(fold.record, seen));
  fold = foldRun(fold, seen);
  return fold;
}

/** Folds a row of the list: presence is a fact, all else a hint that an inspect settles. */
export function foldListed(record: JobRecord | undefined, row: ListedObservation): Reduced {
  if (!record) {
    const first = unchanged(firstAnswer(row));
    if (row.phase !== 'ended' || row.exitCode === undefined) return askInspect(first);
    const run: Run = { ...first.record.run, phase: 'ended', at: row.asOf, exitCode: row.exitCode };
    return step(first, { run }, row.asOf, 'list');
  }
  if (record.removed && !record.removedByAbsence) return unchanged(record);
  const same = record.run.phase === 'ended' && row.phase === 'ended' && record.run.exitCode === row.exitCode;
  return same && !record.removed ? unchanged(record) : askInspect(unchanged(record));
}

/** Folds an absence: counts only for a record that was there before the list was asked for. */
export function foldAbsent(record: JobRecord | undefined, absent: AbsentObservation): Reduced {
  if (!record) return { record: undefined, transitions: [], effects: [] };
  if (record.removed || record.firstSeen >= absent.sentOrder) return unchanged(record);
  const last = record.run.pendingDies.at(-1);
  const fold = unchanged(record);
  const ended = record.run.phase !== 'ended' && last?.exitCode !== undefined ? endByDie(fold, last, 'die') : fold;
  return step(ended, { removed: true, removedByAbsence: true }, absent.asOf, absent.kind);
}

/** Folds what `top` says of the first process; a younger signal event wins. */
export function foldTop(record: JobRecord | undefined, top: TopObservation): Reduced {
  if (!record) return { record: undefined, transitions: [], effects: [] };
  const known = record.stopSignal;
  if (record.run.phase !== 'running' || known.value === top.stopped || top.asOf < known.at) return unchanged(record);
  const fact: Fact<boolean> = { value: top.stopped, at: top.asOf, source: 'answer' };
  return step(unchanged(record), { stopSignal: fact }, top.asOf, top.kind);
}

/** Folds the exit code out of a `wait`: decides the end of a container that is gone before its `die` was seen. */
export function foldExited(record: JobRecord | undefined, exited: ExitedObservation): Reduced {
  if (!record) return { record: undefined, transitions: [], effects: [] };
  const { run } = record;
  if (run.phase === 'ended' || run.pendingDies.length > 0) return unchanged(record);
  const die = { at: exited.asOf, exitCode: exited.exitCode };
  if (record.removed) return endByDie(unchanged(record), die, 'wait');
  return stepRun(unchanged(record), { ...run, pendingDies: [die] }, exited.asOf, 'wait');
}

type Described = Pick<InspectObservation, 'id' | 'order' | 'asOf' | 'name' | 'image' | 'labels'>;

function firstAnswer(seen: Described): JobRecord {
  const at = seen.asOf;
  const source = 'answer';
  return {
    id: seen.id,
    session: seen.labels[SESSION_LABEL] ?? '',
    image: seen.image,
    labels: seen.labels,
    firstSeen: seen.order,
    removed: false,
    removedByAbsence: false,
    name: { value: seen.name, at, source },
    run: emptyRun('unknown', at, source),
    freezer: { value: false, at, source },
    stopSignal: { value: undefined, at, source },
    health: { value: 'none', at, source },
    at: 0n,
  };
}

/** All of the answer but the run. Labels never change, so an event's guess at them gives way. */
function described(record: JobRecord, seen: InspectObservation): Partial<JobRecord> {
  const newer = record.details === undefined || seen.asOf >= record.details.asOf || seen.clockMoved === true;
  const nameIsNews = seen.asOf >= record.name.at && seen.name !== record.name.value;
  return {
    labels: seen.labels,
    session: seen.labels[SESSION_LABEL] ?? '',
    image: seen.image,
    removed: false,
    removedByAbsence: false,
    ...(newer && { details: seen.details }),
    ...(nameIsNews && { name: { value: seen.name, at: seen.asOf, source: 'answer' } as const }),
  };
}

function forgetClocks(record: JobRecord, { asOf }: InspectObservation): JobRecord {
  const capped = <Value>(fact: Fact<Value>): Fact<Value> =>
    fact.at > asOf ? { ...fact, at: asOf, source: 'answer' } : fact;
  const { startEventAt: _, dieAt: __, ...run } = record.run;
  return {
    ...record,
    name: capped(record.name),
    freezer: capped(record.freezer),
    stopSignal: capped(record.stopSignal),
    health: capped(record.health),
    run: { ...run, at: run.at > asOf ? asOf : run.at },
  };
}

function foldRun(fold: Fold, seen: InspectObservation): Fold {
  const facts = seen.run;
  switch (facts.phase) {
    case 'running':
      return foldFreezer(foldHealth(foldRunning(fold, seen), seen), seen);
    case 'ended':
      return foldEnded(fold, seen);
    case 'created':
    case 'restarting':
      return foldWaiting(fold, seen, facts.phase);
    case 'unknown':
      return fold;
  }
}

/** Two answers about one run: the same StartedAt, or the start event was seen and lies at or after it. */
function isSameRun(run: Run, startedAt: string | undefined): boolean {
  if (startedAt === undefined) return run.startedAt === undefined;
  if (run.startedAt !== undefined) return run.startedAt === startedAt;
  const started = parseTimestamp(startedAt) ?? 0n;
  return run.startEventAt !== undefined && started <= run.startEventAt;
}

/** An answer about an older run than the known one is old news, whatever its clock says. */
function isOlderRun(run: Run, startedAt: string | undefined): boolean {
  const beginning = run.startedAt === undefined ? undefined : parseTimestamp(run.startedAt);
  const started = parseTimestamp(startedAt);
  return beginning !== undefined && started !== undefined && started < beginning;
}

function foldRunning(fold: Fold, seen: InspectObservation): Fold {
  const { run, details } = fold.record;
  const { startedAt } = seen.run;
  const at = parseTimestamp(startedAt) ?? seen.asOf;
  const beginning = { at: seen.asOf, source: 'answer' as const, ...(startedAt !== undefined && { startedAt }) };
  if (run.phase === 'running') {
    if (isSameRun(run, startedAt)) {
      return startedAt === run.startedAt || startedAt === undefined
        ? fold
        : stepRun(fold, { ...run, startedAt }, seen.asOf, seen.kind);
    }
    if (seen.asOf < run.at && isOlderRun(run, startedAt)) return fold;
    const restartedByPolicy = details?.restartPolicy !== 'no' && details?.restartPolicy !== '';
    if (restartedByPolicy) return begin(fold, beginning, seen.kind);
    const settled = run.pendingDies.filter((die) => die.at < at && die.exitCode !== undefined);
    if (settled.length === 0) return begin(fold, { ...beginning, unsettled: true }, seen.kind);
    return begin(settleAll(fold, settled), beginning, seen.kind);
  }
  if (run.phase === 'ended') {
    // Same run: the answer was given before the end that is known now.
    if (isSameRun(run, startedAt) || seen.asOf < run.at) return fold;
    return begin(fold, beginning, seen.kind);
  }
  if (seen.asOf < run.at && run.phase === 'restarting') return fold;
  return begin(fold, beginning, seen.kind);
}

/** Each `die` without a policy is an ending of its own; the start between two of them was too short to be asked about. */
function settleAll(fold: Fold, dies: readonly Run['pendingDies'][number][]): Fold {
  return dies.reduce((before, die, index) => {
    const running = index === 0 ? before : begin(before, { at: die.at, source: 'event' }, 'start');
    return endByDie(running, die, 'die');
  }, fold);
}

function foldEnded(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  const { startedAt } = seen.run;
  if (run.phase === 'running' && isOlderRun(run, startedAt)) return fold;
  if (run.phase === 'running' && !isSameRun(run, startedAt) && seen.asOf < run.at) return fold;
  if (run.phase === 'ended' && run.startedAt !== undefined && !isSameRun(run, startedAt)) {
    if (isOlderRun(run, startedAt) || seen.asOf < run.at) return fold;
    return endByAnswer(begin(fold, beginningIn(seen), seen.kind), seen);
  }
  if (run.phase === 'running' && !isSameRun(run, startedAt)) {
    const began = parseTimestamp(startedAt) ?? seen.asOf;
    const settled = run.pendingDies.filter((die) => die.at < began && die.exitCode !== undefined);
    const policy = fold.record.details?.restartPolicy;
    const before = policy === 'no' || policy === '' ? settleAll(fold, settled) : fold;
    return endByAnswer(begin(before, beginningIn(seen), seen.kind), seen);
  }
  return endByAnswer(fold, seen);
}

function beginningIn(seen: InspectObservation): { at: bigint; source: 'answer'; startedAt?: string } {
  const { startedAt } = seen.run;
  return { at: seen.asOf, source: 'answer', ...(startedAt !== undefined && { startedAt }) };
}

function endByAnswer(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  const { startedAt, finishedAt, exitCode, error, oomKilled } = seen.run;
  const die = run.phase === 'running' ? run.pendingDies.at(-1) : undefined;
  const dieAt = run.dieAt ?? die?.at;
  const facts = {
    exitCode,
    oom: run.oom || oomKilled,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(error !== '' && { error }),
  };
  if (run.phase === 'ended') {
    const told = Object.entries(facts).every(([key, value]) => run[key as keyof Run] === value);
    return told ? fold : stepRun(fold, { ...run, ...facts }, seen.asOf, seen.kind);
  }
  const at = die?.at ?? parseTimestamp(finishedAt) ?? seen.asOf;
  return stepRun(
    fold,
    {
      ...run,
      ...facts,
      phase: 'ended',
      at: dieAt !== undefined && dieAt > seen.asOf ? dieAt : seen.asOf,
      source: die ? 'event' : 'answer',
      pendingDies: [],
      unsettled: false,
      unwitnessed: run.phase === 'running' && dieAt === undefined,
      ...(dieAt !== undefined && { dieAt }),
    },
    at,
    seen.kind,
  );
}

function foldWaiting(fold: Fold, seen: InspectObservation, phase: 'created' | 'restarting'): Fold {
  const { run } = fold.record;
  const { exitCode, error } = seen.run;
  const failed = phase === 'created' && (error !== '' || exitCode !== 0);
  if (run.phase === phase) {
    if (!failed || run.error === error) return fold;
    return stepRun(fold, { ...run, exitCode, error }, seen.asOf, seen.kind);
  }
  // A container never goes back to created, so such an answer was given before what is known now.
  if (phase === 'created' && run.phase !== 'unknown') return fold;
  if (seen.asOf < run.at) return fold;
  const beginning = beginningOf(run);
  const waiting: Run = {
    ...emptyRun(phase, seen.asOf, 'answer'),
    ...(failed && { exitCode, error }),
    ...(phase === 'restarting' &&
      beginning !== undefined &&
      run.startedAt !== undefined && { startedAt: run.startedAt }),
  };
  return stepRun(fold, waiting, seen.asOf, seen.kind);
}

function foldFreezer(fold: Fold, seen: InspectObservation): Fold {
  const { freezer, run } = fold.record;
  if (run.phase !== 'running' || seen.asOf < freezer.at || freezer.value === seen.run.paused) return fold;
  const fact: Fact<boolean> = { value: seen.run.paused, at: seen.asOf, source: 'answer' };
  return step(fold, { freezer: fact }, seen.asOf, seen.kind);
}

function foldHealth(fold: Fold, seen: InspectObservation): Fold {
  const { health } = fold.record;
  if (seen.asOf < health.at || health.value === seen.run.health) return fold;
  return step(fold, { health: { value: seen.run.health, at: seen.asOf, source: 'answer' } }, seen.asOf, seen.kind);
}
