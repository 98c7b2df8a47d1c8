import { answered } from './fact.js';
import { step, stepRun, type Fold } from './fold.js';
import type { PendingDie, Run } from './job-record.js';
import type { InspectObservation } from './observation.js';
import { begin, beginningOf, emptyRun, endByDie, exitCodeOf, ownDie, restarts } from './run.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

/**
 * Folds what an inspect says of the run. Runs are told apart by StartedAt, which lies between the end of the run before
 * and the `start` event of its own. Of a record that is new (`fresh`) no event has to be waited for.
 */
export function foldRun(fold: Fold, seen: InspectObservation, fresh: boolean): Fold {
  const { run } = fold.record;
  const { phase, startedAt, word } = seen.run;
  if (phase === 'unknown') {
    return run.phase === phase && word !== undefined ? stepRun(fold, { word }, seen.asOf, seen.kind) : fold;
  }
  if (phase === 'created') return foldCreated(fold, seen);
  const started = parseTimestamp(startedAt);
  if (started === undefined) return phase === 'ended' ? foldNeverStarted(fold, seen) : fold;
  const otherClock = seen.clockMoved === true && startedAt !== run.startedAt;
  const which = otherClock ? 'younger' : whichRun(run, started, seen.asOf);
  if (which === 'older') return fold;
  if (which === 'same') {
    return foldPhase(judge(fold, seen, run.begunBefore ?? started), seen, run.phase === 'running');
  }
  // Its start is on its way, and perhaps the end of the run before it: they tell it, each in its turn.
  if (started > seen.asOf && !fresh) return fold;
  if (seen.asOf < run.at) return fold;
  return foldNext(fold, seen, started);
}

function whichRun(run: Run, started: EngineNano, asOf: EngineNano): 'older' | 'same' | 'younger' {
  const known = parseTimestamp(run.startedAt);
  if (known !== undefined) {
    if (started === known) return 'same';
    return started < (run.begunBefore ?? known) ? 'older' : 'younger';
  }
  if (run.startEventAt === undefined || started > run.startEventAt) return 'younger';
  // Asked before the start was received, the answer may be about a run before it. Another one is on its way.
  return asOf >= run.startEventAt ? 'same' : 'older';
}

/** The run that is known is over, the one of the answer goes on from here. */
function foldNext(fold: Fold, seen: InspectObservation, started: EngineNano): Fold {
  const { run } = fold.record;
  const startedAt = seen.run.startedAt!;
  // A row of the list told an end, not of which run.
  if (run.phase === 'ended' && beginningOf(run) === undefined && seen.run.phase === 'ended') {
    return foldEnded(stepRun(fold, { startedAt }, seen.asOf, seen.kind), seen, false);
  }
  const before = endingsBefore(run, seen, started).reduce(tellEnding, fold);
  const begun = begin(before, { at: seen.asOf, source: 'answer', startedAt }, seen.kind);
  const pendingDies = run.pendingDies.filter(({ at }) => at > started);
  const next = foldPhase(stepRun(begun, { pendingDies }, seen.asOf, seen.kind), seen, false);
  if (seen.run.phase === 'running' || before.record.run.phase === 'ended') return next;
  // It was never seen running, so no transition says that it was.
  const { at, freezer, stopSignal, health } = next.record;
  return step(before, { run: next.record.run, freezer, stopSignal, health }, at, seen.kind);
}

/** The ends of earlier runs that no inspect could judge before this run had begun: told now, and the run goes on. */
function judge(fold: Fold, seen: InspectObservation, started: EngineNano): Fold {
  const { record } = fold;
  const { run } = record;
  if (!run.pendingDies.some(({ at }) => at < started)) return fold;
  const goesOn: Run = { ...run, pendingDies: run.pendingDies.filter(({ at }) => at > started) };
  const endings = endingsBefore(run, seen, started);
  const earlier: Run = { ...emptyRun('running', run.at, 'event') };
  const ended =
    endings.length === 0 ? fold : endings.reduce(tellEnding, { ...fold, record: { ...record, run: earlier } });
  return step(ended, { run: goesOn }, run.at, seen.kind);
}

/**
 * Which of the judged dies ended a run for good. Without a policy each did. With one, the last `RestartCount` starts were the
 * policy's, so the `die` before those ended its run; of still earlier ones the engine does not tell.
 */
function endingsBefore({ pendingDies }: Run, { details }: InspectObservation, started: EngineNano): PendingDie[] {
  const { restartPolicy = '', restartCount } = details;
  const earlier = pendingDies.filter(({ at }) => at < started);
  const final = restarts(restartPolicy)
    ? earlier.slice(0, Math.max(earlier.length - restartCount, 0)).slice(-1)
    : earlier;
  return final.filter(({ exitCode }) => exitCode !== undefined);
}

function tellEnding(fold: Fold, die: PendingDie): Fold {
  const over = fold.record.run.phase === 'ended';
  const running = over ? begin(fold, { at: die.at, source: 'event' }, 'start') : fold;
  return endByDie(running, die, 'die');
}

/** `witnessed`: the run was seen running. */
function foldPhase(fold: Fold, seen: InspectObservation, witnessed: boolean): Fold {
  switch (seen.run.phase) {
    case 'running':
      return foldRunning(fold, seen);
    case 'restarting':
      return foldRestarting(fold, seen);
    case 'created':
    case 'unknown':
      return fold;
    case 'ended':
      return foldEnded(fold, seen, witnessed);
  }
}

function foldRunning(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  // The same run restarts or is over: the answer was given before that.
  if (run.phase !== 'running') return fold;
  const told = stepRun(fold, { startedAt: seen.run.startedAt! }, seen.asOf, seen.kind);
  const { freezer, health } = told.record;
  const now = {
    freezer: answered(freezer, seen.run.paused, seen.asOf),
    health: answered(health, seen.run.health, seen.asOf),
  };
  return step(told, now, seen.asOf, seen.kind);
}

function foldRestarting(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  // Only an end that the engine itself called one is final: a `die` was, unless the policy has changed since.
  if (run.phase === 'ended' && (run.source === 'answer' || seen.asOf < run.at)) return fold;
  if (run.phase === 'restarting') return fold;
  const dieAt = run.dieAt ?? ownDie(run)?.at;
  const waiting: Run = {
    ...emptyRun('restarting', seen.asOf, 'answer'),
    startedAt: seen.run.startedAt!,
    // Should it go away now, this is how its last run ended.
    exitCode: seen.run.exitCode,
    oom: run.oom || seen.run.oomKilled,
    ...(dieAt !== undefined && { dieAt }),
  };
  return step(fold, { run: waiting }, dieAt ?? seen.asOf, seen.kind);
}

function foldEnded(fold: Fold, seen: InspectObservation, witnessed: boolean): Fold {
  const { run } = fold.record;
  const { startedAt, finishedAt, exitCode, error, oomKilled } = seen.run;
  const die = ownDie(run);
  const dieAt = run.dieAt ?? die?.at;
  const told: Partial<Run> = {
    exitCode: exitCodeOf(run, exitCode),
    ...(die?.exitCode !== undefined && { diedWith: die.exitCode }),
    oom: run.oom || oomKilled,
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
    ...(error !== '' && { error }),
  };
  if (run.phase === 'ended') return stepRun(fold, { ...told, source: 'answer' }, seen.asOf, seen.kind);
  const ended: Partial<Run> = {
    ...told,
    phase: 'ended',
    at: dieAt !== undefined && dieAt > seen.asOf ? dieAt : seen.asOf,
    source: 'answer',
    pendingDies: [],
    unwitnessed: witnessed && dieAt === undefined,
    ...(dieAt !== undefined && { dieAt }),
  };
  return stepRun(fold, ended, die?.at ?? parseTimestamp(finishedAt) ?? seen.asOf, seen.kind);
}

/** A container never goes back to `created`, so over anything but that and `unknown` such an answer is old. */
function foldCreated(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  const { exitCode, error } = seen.run;
  if (run.phase !== 'created' && run.phase !== 'unknown') return fold;
  const failed = error !== '' || exitCode !== 0;
  const began = run.phase === 'unknown' ? ({ phase: 'created', at: seen.asOf, source: 'answer' } as const) : {};
  return stepRun(fold, { ...began, ...(failed && { exitCode, error }) }, seen.asOf, seen.kind);
}

/** On its way out without ever having run. */
function foldNeverStarted(fold: Fold, seen: InspectObservation): Fold {
  const { run } = fold.record;
  if (run.phase !== 'created' && run.phase !== 'unknown') return fold;
  const { error, exitCode, oomKilled } = seen.run;
  const over = { phase: 'ended', at: seen.asOf, source: 'answer', neverStarted: true, oom: oomKilled } as const;
  return stepRun(
    fold,
    { ...over, ...(exitCode !== 0 && { exitCode }), ...(error !== '' && { error }) },
    seen.asOf,
    seen.kind,
  );
}
