import type { JobControlAction } from '@docker-tracker/drmaa2';
import type { DockerMonitor } from '@docker-tracker/monitor';
import type { DockerTracker, Freshness, JobChanges, JobSnapshot } from '@docker-tracker/tracker';
import type { Observable } from 'rxjs';

/** Where the jobs come from: one session, or all of them. */
export interface TopSource extends AsyncDisposable {
  /** What is looked at, for the title. */
  readonly title: string;
  readonly jobs$: Observable<ReadonlyMap<string, JobSnapshot>>;
  readonly changes$: Observable<JobChanges>;
  readonly freshness$: Observable<Freshness>;
  control(job: JobSnapshot, action: JobControlAction): Promise<void>;
  remove(job: JobSnapshot): Promise<void>;
  /** Has the times of a run told that had ended before anybody looked. */
  describe(job: JobSnapshot): Promise<unknown>;
}

export function sessionSource(tracker: DockerTracker): TopSource {
  return {
    title: `session ${tracker.session}`,
    jobs$: tracker.jobs$,
    changes$: tracker.changes$,
    freshness$: tracker.freshness$,
    control: ({ id }, action) => tracker.jobControl(id, action),
    remove: ({ id }) => tracker.deleteJob(id),
    describe: ({ id }) => tracker.jobInfo(id, { outputTail: 0 }),
    [Symbol.asyncDispose]: () => tracker.close(),
  };
}

export function monitorSource(monitor: DockerMonitor): TopSource {
  return {
    title: 'all sessions',
    jobs$: monitor.jobs$(),
    changes$: monitor.changes$(),
    freshness$: monitor.freshness$,
    control: async ({ id, session }, action) => (await monitor.tracker(session)).jobControl(id, action),
    remove: async ({ id, session }) => (await monitor.tracker(session)).deleteJob(id),
    describe: ({ id }) => monitor.jobInfo(id, { outputTail: 0 }),
    [Symbol.asyncDispose]: () => monitor.close(),
  };
}
