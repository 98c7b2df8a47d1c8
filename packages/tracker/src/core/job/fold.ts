import type { JobRecord, Run } from './job-record.js';
import { jobSnapshot } from './job-snapshot.js';
import { jobStatus } from './job-status.js';
import type { Effect, JobTransition, Reduced } from './observation.js';
import type { EngineNano } from './timestamp.js';

/** Nothing is known and nothing is made known. */
export const NOTHING: Reduced = { record: undefined, transitions: [], effects: [] };

/** A record on its way through one observation: each step that changes the job's state leaves a transition. */
export interface Fold {
  readonly record: JobRecord;
  readonly transitions: readonly JobTransition[];
  readonly effects: readonly Effect[];
}

export function unchanged(record: JobRecord): Fold {
  return { record, transitions: [], effects: [] };
}

export function withEffect(fold: Fold, effect: Effect): Fold {
  return { ...fold, effects: [...fold.effects, effect] };
}

export function askInspect(fold: Fold): Fold {
  if (fold.effects.some(({ type }) => type === 'inspect')) return fold;
  return withEffect(fold, { type: 'inspect', id: fold.record.id });
}

/**
 * Puts changed facts into the record; the same record stays where each is what it was. A change of the DRMAA2 state
 * becomes a transition at `at`, or at the time of the last one where `at` lies before it.
 */
export function step(fold: Fold, change: Partial<JobRecord>, at: EngineNano, cause: string): Fold {
  const before = fold.record;
  if (holds(before, change)) return fold;
  const from = jobStatus(before).state;
  const changed: JobRecord = { ...before, ...change };
  const to = jobStatus(changed).state;
  if (from === to) return { ...fold, record: changed };
  const later = at > before.at ? at : before.at;
  const record: JobRecord = { ...changed, at: later };
  const transition: JobTransition = { jobId: record.id, from, to, at: later, cause, job: jobSnapshot(record) };
  return { ...fold, record, transitions: [...fold.transitions, transition] };
}

/** As {@link step}, for facts about the run. */
export function stepRun(fold: Fold, change: Partial<Run>, at: EngineNano, cause: string): Fold {
  const { run } = fold.record;
  // Spread into a literal, V8 gives each result a hidden class of its own: 270 bytes a job.
  return holds(run, change) ? fold : step(fold, { run: Object.assign({}, run, change) }, at, cause);
}

function holds<Facts extends object>(known: Facts, change: Partial<Facts>): boolean {
  return (Object.keys(change) as (keyof Facts)[]).every((key) => Object.is(known[key], change[key]));
}

/** Nothing that was folded so far is younger than this. */
export function latestClock(record: JobRecord): EngineNano {
  const { run } = record;
  return [
    run.at,
    run.startEventAt ?? 0n,
    run.dieAt ?? 0n,
    record.name.at,
    record.freezer.at,
    record.stopSignal.at,
    record.health.at,
  ].reduce((a, b) => (a > b ? a : b));
}
