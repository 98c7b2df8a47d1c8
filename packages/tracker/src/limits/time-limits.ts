import type { JobRecord } from '../core/job/job-record.js';
import { isOver } from '../core/job/run-end.js';
import { timeLimit } from '../core/job/run-limit.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { placeOf } from '../core/queue/place.js';
import { controlJob, cancelForDeadline } from '../session/job-control.js';
import type { SessionContext } from '../session/session-context.js';
import { JobTimers } from '../watch/job-timers.js';

/**
 * Ends the session's jobs at their deadlineTime, and those whose run has taken as long as WALLCLOCK_TIME allows: a run as
 * `terminate` ends it, a job that still waits by being cancelled. Both limits are labels, so whichever tracker is open keeps them.
 */
export function keepTimeLimits(context: SessionContext): JobTimers {
  const { watch, session, closed } = context;
  return new JobTimers(watch, session, {
    at: momentOf,
    come: (record) => {
      const waits = record.run.phase === 'created';
      return waits
        ? cancelForDeadline(context, record.id, closed)
        : controlJob(context, record.id, 'terminate', closed);
    },
  });
}

function momentOf(record: JobRecord): EngineNano | undefined {
  if (isOver(record) || record.run.phase === 'unknown') return undefined;
  // An array that is still being created is judged as a whole; another program's container is not ours to cancel.
  const place = placeOf(record);
  if (record.run.phase === 'created' && (place === 'new' || place === undefined)) return undefined;
  return timeLimit(record)?.at;
}
