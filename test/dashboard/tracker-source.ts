import type { DashboardMachine, DashboardSource, StateSpan } from '@docker-tracker/monitor/dashboard';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { DockerTracker } from '@docker-tracker/tracker';
import { of } from 'rxjs';

const MACHINE: DashboardMachine = {
  name: 'testhost',
  sockets: 1,
  coresPerSocket: 2,
  threadsPerCore: 1,
  load: 0.75,
  physMemory: 16_000_000,
};

/** One session's tracker as what a dashboard looks at. */
export function trackerSource(tracker: DockerTracker): DashboardSource {
  const timelines = new Map<string, StateSpan[]>();
  tracker.transitions$.subscribe(({ jobId, to, at, job }) => {
    const from = new Date(Number(at / 1_000_000n)).toISOString();
    const spans = timelines.get(jobId) ?? [];
    timelines.set(jobId, [...spans, { state: to, subState: job.subState, from }]);
  });
  return {
    scope: 'jobs',
    snapshot: () => tracker.snapshot(),
    changes$: () => tracker.changes$,
    transitions$: tracker.transitions$,
    freshness$: tracker.freshness$,
    machine$: of(MACHINE),
    usage$: (id) => tracker.usage$(id),
    timeline: (id) => timelines.get(id) ?? [],
    jobInfo: (id) => tracker.jobInfo(id),
    jobTemplate: (id) => tracker.jobTemplate(id),
    output: (id, options) => tracker.output(id, options),
    tracker: async (session) => {
      if (session !== tracker.session) throw new Drmaa2Error('InvalidArgument', `no tracker of session ${session}`);
      return tracker;
    },
  };
}
