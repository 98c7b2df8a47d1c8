import { placeOf, startTimeOf } from '../core/queue/place.js';
import { JobTimers } from '../watch/job-timers.js';
import type { JobWatch } from '../watch/job-watch.js';

/** Tells the view when the startTime of a waiting job has come: from then on it waits for nothing but its turn. */
export function tellStartTimes(watch: JobWatch, session: string): JobTimers {
  return new JobTimers(watch, session, {
    at: (record) => {
      const place = placeOf(record);
      return record.due === true || (place !== 'queued' && place !== 'held') ? undefined : startTimeOf(record);
    },
    come: ({ id }) => {
      watch.foldDue(id);
      return undefined;
    },
  });
}
