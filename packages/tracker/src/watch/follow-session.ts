import { filter, Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import type { JobWatch } from './job-watch.js';

export interface SessionFollower {
  /** A record as it is now: at each change, and first of all those that are there. */
  see(record: JobRecord): void;
  /** The job was deleted on request. */
  forget(id: string): void;
  /** The view is live, now or again. */
  live(): void;
}

/** Tells a follower of the records of one session, until the answer is unsubscribed. */
export function followSession(watch: JobWatch, session: string, follower: SessionFollower): Subscription {
  const following = new Subscription();
  following.add(
    watch.updates$.pipe(filter(({ record }) => record.session === session)).subscribe(({ record }) => {
      follower.see(record);
    }),
  );
  following.add(
    watch.forgotten$.subscribe((id) => {
      follower.forget(id);
    }),
  );
  for (const record of watch.records.values()) if (record.session === session) follower.see(record);
  following.add(
    watch.freshness$.pipe(filter((freshness) => freshness === 'live')).subscribe(() => {
      follower.live();
    }),
  );
  return following;
}
