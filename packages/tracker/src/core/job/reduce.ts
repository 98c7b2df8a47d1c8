import { foldAbsent, foldExited, foldListed, foldTop, foldUnanswered } from './fold-answer.js';
import { foldEvent } from './fold-event.js';
import { foldCpuTime, foldDue } from './fold-limit.js';
import { foldInspect } from './fold-inspect.js';
import type { JobRecord } from './job-record.js';
import type { Observation, Reduced } from './observation.js';

/**
 * Folds one observation into a job's record. Pure: no clock, no I/O. The same record comes back where nothing new was told.
 *
 * Idempotent; stale facts lose, each judged by its own clock; total over {@link STATE_TABLE}; convergent: after a list and
 * the inspects that it calls for, the record equals what the engine says; an ended run stays ended, a later start is a new run.
 */
export function reduce(record: JobRecord | undefined, observation: Observation): Reduced {
  switch (observation.kind) {
    case 'event':
      return foldEvent(record, observation);
    case 'inspect':
      return foldInspect(record, observation);
    case 'listed':
      return foldListed(record, observation);
    case 'absent':
      return foldAbsent(record, observation);
    case 'top':
      return foldTop(record, observation);
    case 'exited':
      return foldExited(record, observation);
    case 'unanswered':
      return foldUnanswered(record, observation);
    case 'due':
      return foldDue(record, observation);
    case 'cpu-time':
      return foldCpuTime(record, observation);
  }
}
