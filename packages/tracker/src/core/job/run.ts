import type { FactSource, JobRecord, PendingDie, Run } from './job-record.js';
import { step, stepRun, withEffect, type Fold } from './fold.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

/** A run that has not begun, or of which nothing is known yet. */
export function emptyRun(phase: Run['phase'], at: EngineNano, source: FactSource): Run {
  return { phase, at, source, pendingDies: [], unsettled: false, oom: false, unwitnessed: false };
}

/** The moment from which an ending can belong to this run: its start as far as it is known. */
export function beginningOf(run: Run): EngineNano | undefined {
  return parseTimestamp(run.startedAt) ?? run.startEventAt;
}

export interface Beginning {
  readonly at: EngineNano;
  readonly source: FactSource;
  readonly startedAt?: string;
  readonly startEventAt?: EngineNano;
  readonly unsettled?: boolean;
}

/** A new run: nothing of the last one (its end, its freezer, its stop signal) holds any more. */
export function begin(fold: Fold, { unsettled = false, ...beginning }: Beginning, cause: string): Fold {
  const run: Run = { ...emptyRun('running', beginning.at, beginning.source), ...beginning, unsettled };
  const { at, source } = beginning;
  const since = beginningOf(run) ?? at;
  const begun = step(
    fold,
    {
      run,
      freezer: { value: false, at: since, source },
      // An answer does not tell whether the first process of a run that began unseen was stopped since.
      stopSignal: { value: source === 'event' ? false : undefined, at: since, source },
      health: { value: 'none', at: since, source },
    },
    source === 'event' ? at : since,
    cause,
  );
  return source === 'event' ? begun : withEffect(begun, { type: 'top', id: fold.record.id });
}

/** The run is over, told by its own `die`. */
export function endByDie(fold: Fold, die: PendingDie, cause: string): Fold {
  const { unsettled: _, ...run } = fold.record.run;
  return stepRun(
    fold,
    {
      ...run,
      unsettled: false,
      phase: 'ended',
      at: die.at,
      source: 'event',
      dieAt: die.at,
      pendingDies: [],
      ...(die.exitCode !== undefined && { exitCode: die.exitCode }),
    },
    die.at,
    cause,
  );
}

/** Whether a `die` alone ends the run: no policy can restart it and its exit code is the engine's own. */
export function dieIsFinal(record: JobRecord, die: PendingDie): boolean {
  const policy = record.details?.restartPolicy;
  return (policy === '' || policy === 'no') && die.exitCode !== undefined && record.run.startedAt !== undefined;
}
