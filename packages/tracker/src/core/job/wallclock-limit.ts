import { WALLCLOCK_LABEL } from '../label/label-names.js';
import type { JobRecord } from './job-record.js';
import { parseTimestamp, type EngineNano } from './timestamp.js';

/** A limit is kept by a clock that may be this much ahead of the engine's. */
const CLOCK_ERROR = 100_000_000n;

/** When the run that goes on now is to end; `undefined`: it has no limit, or its start is not known yet. */
export function wallclockEnd({ labels, run }: JobRecord): EngineNano | undefined {
  const text = labels[WALLCLOCK_LABEL] ?? '';
  const start = parseTimestamp(run.startedAt) ?? run.startEventAt;
  return /^[1-9]\d{0,12}$/.test(text) && start !== undefined ? start + BigInt(text) * 1_000_000_000n : undefined;
}

/** Whether an ended run was ended for its limit: it took that long, and did not end of its own accord. */
export function isEndedByWallclock(record: JobRecord): boolean {
  const { run } = record;
  const due = wallclockEnd(record);
  const ended = run.dieAt ?? parseTimestamp(run.finishedAt);
  if (due === undefined || ended === undefined) return false;
  return ended >= due - CLOCK_ERROR && (run.kill !== undefined || (run.exitCode ?? 0) > 128);
}
