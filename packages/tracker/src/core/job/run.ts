import { step, stepRun, withEffect, type Fold } from './fold.js';
import type { Fact, FactSource, JobRecord, PendingDie, Run } from './job-record.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

const NO_DIES: readonly PendingDie[] = Object.freeze([]);

/** A run that has not begun, or of which nothing is known yet. */
export function emptyRun(phase: Run['phase'], at: EngineNano, source: FactSource): Run {
  return { phase, at, source, pendingDies: NO_DIES, oom: false, unwitnessed: false };
}

/** The moment from which an ending can belong to this run: its start as far as it is known. */
export function beginningOf(run: Run): EngineNano | undefined {
  return run.begunBefore ?? parseTimestamp(run.startedAt) ?? run.startEventAt;
}

interface Beginning {
  readonly at: EngineNano;
  readonly source: FactSource;
  readonly startedAt?: string;
  readonly startEventAt?: EngineNano;
}

/** A new run: what is known of the last one (its end, its freezer, its stop signal) holds no more, what is younger does. */
export function begin(fold: Fold, beginning: Beginning, cause: string): Fold {
  const { record } = fold;
  const { at, source } = beginning;
  const { pendingDies, waitExitCode, phase } = record.run;
  const run: Run = {
    ...emptyRun('running', at, source),
    ...beginning,
    pendingDies,
    // A wait is armed before the start, so it may answer before the start is delivered.
    ...(waitExitCode !== undefined && (phase === 'created' || phase === 'unknown') && { waitExitCode }),
  };
  const since = beginningOf(run) ?? at;
  const anew = <Value>(known: Fact<Value>, value: Value): Fact<Value> =>
    known.at > since ? known : { value, at: since, source };
  const begun = step(
    fold,
    {
      run,
      freezer: anew(record.freezer, false),
      // An answer does not tell whether the first process of a run that began unseen was stopped since.
      stopSignal: anew(record.stopSignal, source === 'event' ? false : undefined),
      health: anew(record.health, 'none'),
    },
    since,
    cause,
  );
  return source === 'event' ? begun : withEffect(begun, { type: 'top', id: record.id });
}

/** The run is over, told by its own `die`. */
export function endByDie(fold: Fold, die: PendingDie, cause: string): Fold {
  const { at, exitCode } = die;
  const change = { phase: 'ended', at, source: 'event', dieAt: at, pendingDies: NO_DIES } as const;
  return stepRun(fold, { ...change, ...(exitCode !== undefined && { exitCode, diedWith: exitCode }) }, at, cause);
}

/**
 * What an engine says that was killed, and came too late to read an exit code; a job may end with it as well.
 * @source measured on 20.10: `die` with 255 after the restart and the right code in inspect; or the right `die` before the
 * kill, unsaved, and for ever 255 or 0 in inspect
 */
const UNREAD_EXIT_CODE = 255;

/** Whether a `die` alone ends the run: no policy can restart it and its exit code is the engine's own. */
export function dieIsFinal(record: JobRecord, { exitCode }: PendingDie): boolean {
  const policy = record.details?.restartPolicy;
  const known = exitCode !== undefined && exitCode !== UNREAD_EXIT_CODE;
  return policy !== undefined && !restarts(policy) && known && record.run.startedAt !== undefined;
}

/**
 * The exit code of a run that an answer calls ended. What its `die` told is the engine's word as long as it had read the
 * code; an engine that is killed before it saves that knows no better afterwards.
 */
export function exitCodeOf(run: Run, answered: number): number {
  const told = run.diedWith ?? ownDie(run)?.exitCode;
  return told === undefined || told === UNREAD_EXIT_CODE ? answered : told;
}

/** Whether a policy of that name can start a container again. */
export function restarts(policy: string): boolean {
  return policy !== '' && policy !== 'no';
}

/** The `die` of this very run that is not judged yet. */
export function ownDie(run: Run): PendingDie | undefined {
  const beginning = beginningOf(run) ?? 0n;
  return run.pendingDies.findLast(({ at }) => at > beginning);
}

/** The container is gone, so nothing will judge what its `die` or a `wait` told: that is how the run ended. */
export function endByRemoval(fold: Fold): Fold {
  const { run } = fold.record;
  if (run.phase === 'created' || run.phase === 'ended') return fold;
  const die = ownDie(run);
  const exitCode = die?.exitCode ?? run.exitCode ?? run.waitExitCode;
  if (exitCode === undefined) return fold;
  return endByDie(
    fold,
    { at: die?.at ?? run.dieAt ?? run.at, exitCode },
    die?.exitCode === undefined && run.phase !== 'restarting' ? 'wait' : 'die',
  );
}
