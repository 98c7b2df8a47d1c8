import { SESSION_LABEL } from '../label/label-names.js';
import { hearName } from './dispatch-name.js';
import { beyondDoubt } from './doubt.js';
import { answered } from './fact.js';
import { step, unchanged, withEffect } from './fold.js';
import { foldRun } from './fold-run.js';
import { keptLabels, templateLabelOf, type Fact, type JobDetails, type JobRecord, type Run } from './job-record.js';
import type { InspectObservation, Reduced } from './observation.js';
import { beginningOf, emptyRun } from './run.js';
import type { EngineNano } from './timestamp.js';

/** Folds an inspect: the truth as of the youngest event received before it was asked, and perhaps ahead of that. */
export function foldInspect(record: JobRecord | undefined, seen: InspectObservation): Reduced {
  const known = record ?? firstAnswer(seen);
  if (isGone(known, seen)) return unchanged(known);
  const sure = beyondDoubt(known, seen);
  const clocked = seen.clockMoved === true ? forgetClocks(sure, seen.asOf) : sure;
  const fold = step(unchanged(clocked), described(clocked, seen), seen.asOf, seen.kind);
  const folded = foldRun(fold, seen, record === undefined);
  // A sync did not wait for it, so nobody has asked whether it is stopped.
  if (sure === known || folded.record.run.phase !== 'running') return folded;
  return withEffect(folded, { type: 'top', id: folded.record.id });
}

/** A destroy is the last word on an id; an absence out of a list may have been premature, which a later answer shows. */
function isGone({ removed, removedByAbsence, removedAt = 0n }: JobRecord, seen: InspectObservation): boolean {
  return removed && (!removedByAbsence || (seen.asOf <= removedAt && seen.clockMoved !== true));
}

type Described = Pick<InspectObservation, 'id' | 'order' | 'asOf' | 'name' | 'image' | 'labels'>;

/** A record about which an answer has told no more than what the container is. */
export function firstAnswer(seen: Described): JobRecord {
  const at = seen.asOf;
  const source = 'answer';
  return {
    id: seen.id,
    session: seen.labels[SESSION_LABEL] ?? '',
    image: seen.image,
    ...keptLabels(seen.labels),
    firstSeen: seen.order,
    removed: false,
    removedByAbsence: false,
    name: { value: seen.name, at, source },
    dispatch: { name: seen.name, at },
    run: emptyRun('unknown', at, source),
    freezer: { value: false, at, source },
    stopSignal: { value: undefined, at, source },
    health: { value: 'none', at, source },
    at: 0n,
  };
}

/** All of the answer but the run. Labels never change, so an event's guess at them gives way. */
function described(record: JobRecord, seen: InspectObservation): Partial<JobRecord> {
  const name = answered(record.name, seen.name, seen.asOf);
  return {
    image: seen.image,
    removed: false,
    removedByAbsence: false,
    ...relabelled(record, seen),
    ...(isNews(record.details, seen) && { details: seen.details }),
    name,
    dispatch: name.value === record.name.value ? record.dispatch : hearName(record.dispatch, name.value, name.at),
  };
}

function relabelled(record: JobRecord, seen: Described): Partial<JobRecord> {
  const kept = keptLabels(seen.labels);
  if (sameEntries(record.labels, kept.labels) && templateLabelOf(record) === kept.template) return {};
  return { ...kept, session: seen.labels[SESSION_LABEL] ?? '' };
}

function isNews(known: JobDetails | undefined, { details, asOf, clockMoved }: InspectObservation): boolean {
  if (!known || clockMoved === true) return true;
  if (asOf < known.asOf) return false;
  return !sameEntries(
    { ...known, command: known.command.join('\0') },
    { ...details, command: details.command.join('\0') },
  );
}

function sameEntries(one: object, other: object): boolean {
  const known = new Map<string, unknown>(Object.entries(one));
  const entries = Object.entries(other);
  return entries.length === known.size && entries.every(([key, value]) => known.has(key) && known.get(key) === value);
}

/** The engine's clock went back: what is stamped later than its now was stamped by the clock that it had before. */
function forgetClocks(record: JobRecord, asOf: EngineNano): JobRecord {
  const capped = <Value>(fact: Fact<Value>): Fact<Value> =>
    fact.at > asOf ? { ...fact, at: asOf, source: 'answer' } : fact;
  return {
    ...record,
    name: capped(record.name),
    dispatch: record.dispatch.at > asOf ? { name: record.dispatch.name, at: asOf } : record.dispatch,
    freezer: capped(record.freezer),
    stopSignal: capped(record.stopSignal),
    health: capped(record.health),
    run: forgetRunClocks(record.run, asOf),
  };
}

function forgetRunClocks(run: Run, asOf: EngineNano): Run {
  const beginning = beginningOf(run) ?? 0n;
  if (beginning <= asOf && run.at <= asOf && (run.dieAt ?? 0n) <= asOf) return run;
  const { startEventAt: _, dieAt: __, kill, ...timeless } = run;
  return {
    ...timeless,
    at: asOf,
    pendingDies: [],
    ...(beginning > asOf && { begunBefore: asOf }),
    ...(kill && { kill: { ...kill, at: kill.at > asOf ? asOf : kill.at } }),
  };
}
