import { answered } from './fact.js';
import { askInspect, NOTHING, step, stepRun, unchanged } from './fold.js';
import { firstAnswer } from './fold-inspect.js';
import type { JobRecord, Run } from './job-record.js';
import type {
  AbsentObservation,
  ExitedObservation,
  ListedObservation,
  Reduced,
  TopObservation,
  UnansweredObservation,
} from './observation.js';
import { endByDie, endByRemoval, ownDie } from './run.js';

/** Folds a row of the list: presence is a fact, all else a hint that an inspect settles. */
export function foldListed(record: JobRecord | undefined, row: ListedObservation): Reduced {
  if (!record) {
    const first = unchanged(firstAnswer(row));
    if (row.phase !== 'ended' || row.exitCode === undefined) return askInspect(first);
    return stepRun(first, { phase: 'ended', exitCode: row.exitCode }, row.asOf, 'list');
  }
  if (record.removed && !record.removedByAbsence) return unchanged(record);
  const same = record.run.phase === 'ended' && row.phase === 'ended' && record.run.exitCode === row.exitCode;
  const named = row.name === '' || record.name.value === row.name;
  if (!same || !named || record.removed) return askInspect(unchanged(record));
  // Unlike a state, a name never lags in the list.
  const name = answered(record.name, record.name.value, row.asOf);
  return step(unchanged(record), { name }, row.asOf, 'list');
}

/** Folds an absence: counts only for a record that was there before the list was asked for. */
export function foldAbsent(record: JobRecord | undefined, absent: AbsentObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || record.firstSeen >= absent.sentOrder) return unchanged(record);
  const gone = { removed: true, removedByAbsence: true, removedAt: absent.asOf };
  return step(endByRemoval(unchanged(record)), gone, absent.asOf, absent.kind);
}

/** Folds what `top` says of the first process; a younger signal event wins. */
export function foldTop(record: JobRecord | undefined, top: TopObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || record.run.phase !== 'running') return unchanged(record);
  const stopSignal = answered(record.stopSignal, top.stopped, top.asOf);
  return step(unchanged(record), { stopSignal }, top.asOf, top.kind);
}

/** Folds that the engine does not answer for the job: what is known stays, and is in doubt until an inspect is folded. */
export function foldUnanswered(record: JobRecord | undefined, { order, kind }: UnansweredObservation): Reduced {
  if (!record) return NOTHING;
  if (record.removed || order <= (record.inDoubtSince ?? 0)) return unchanged(record);
  return step(unchanged(record), { inDoubtSince: order }, record.at, kind);
}

/** Folds the exit code out of a `wait`: decides the end of a container that is gone before its `die` was seen. */
export function foldExited(record: JobRecord | undefined, exited: ExitedObservation): Reduced {
  if (!record) return NOTHING;
  const { run } = record;
  if (run.phase === 'ended' || run.waitExitCode !== undefined) return unchanged(record);
  const told: Run = { ...run, waitExitCode: exited.exitCode };
  if (!record.removed) return step(unchanged(record), { run: told }, exited.asOf, 'wait');
  const at = ownDie(run)?.at ?? exited.asOf;
  return endByDie(unchanged({ ...record, run: told }), { at, exitCode: exited.exitCode }, 'wait');
}
