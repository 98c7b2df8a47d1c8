import { DEADLINE_LABEL, WALLCLOCK_LABEL } from '../label/label-names.js';
import type { JobRecord } from './job-record.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

/** What ends a job at a moment that is known before, spelled as the sub-state that it leaves. */
export interface TimeLimit {
  readonly at: EngineNano;
  readonly subState: 'wallclock-limit' | 'deadline-exceeded';
}

/** A limit is kept by a clock that may be this much ahead of the engine's. */
const CLOCK_ERROR = 100_000_000n;

/** Which limit is the first to end the job as it stands, if any: its run's wallclock time, as soon as its start is known, or its deadline. */
export function timeLimit({ labels, run }: JobRecord): TimeLimit | undefined {
  const deadline = parseTimestamp(labels[DEADLINE_LABEL]);
  // Between two runs of a restart policy no run takes its time.
  const start = run.phase === 'restarting' ? undefined : (parseTimestamp(run.startedAt) ?? run.startEventAt);
  const text = labels[WALLCLOCK_LABEL] ?? '';
  const wallclock =
    start !== undefined && /^[1-9]\d{0,12}$/.test(text) ? start + BigInt(text) * 1_000_000_000n : undefined;
  if (wallclock !== undefined && (deadline === undefined || wallclock < deadline)) {
    return { at: wallclock, subState: 'wallclock-limit' };
  }
  return deadline === undefined ? undefined : { at: deadline, subState: 'deadline-exceeded' };
}

/** The limit that an ended run was ended for: it lasted until then, and did not end of its own accord. */
export function endedByLimit(record: JobRecord): TimeLimit['subState'] | undefined {
  const { run } = record;
  const limit = timeLimit(record);
  const ended = run.dieAt ?? parseTimestamp(run.finishedAt);
  if (limit === undefined || ended === undefined || ended < limit.at - CLOCK_ERROR) return undefined;
  return run.kill !== undefined || (run.exitCode ?? 0) > 128 ? limit.subState : undefined;
}
