import { isTerminated, parseTimestamp } from '@docker-tracker/drmaa2';
import type { JobSnapshot, JobTransition } from '@docker-tracker/tracker';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { Subscription } from 'rxjs';
import type { DockerMonitor } from '../docker-monitor.js';

/** Metrics of one kind, by the names that they have in the registry. */
export interface MetricGroup {
  readonly names: readonly string[];
  readonly stop: () => void;
}

/** From a short job to one of a day. */
const SECONDS = [0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300, 900, 3600, 14_400, 86_400];

/** Ended jobs whose times are still to be told by the engine; a job that was removed at once never is. */
const MOST_PENDING = 1024;

export function jobMetrics(monitor: DockerMonitor, register: Registry): MetricGroup {
  const registers = [register];
  let isClosed = false;
  const jobs = new Gauge({
    name: 'docker_tracker_jobs',
    help: 'Jobs that there are now.',
    labelNames: ['session', 'state'],
    registers,
    collect() {
      this.reset();
      if (isClosed) return;
      for (const { session, state } of monitor.snapshot().values()) this.inc({ session, state });
    },
  });
  const transitions = new Counter({
    name: 'docker_tracker_job_transitions_total',
    help: 'Changes of the state of a job.',
    labelNames: ['session', 'from', 'to'],
    registers,
  });
  const waits = new Histogram({
    name: 'docker_tracker_job_wait_seconds',
    help: 'Seconds from the submission of a job to its first beginning.',
    labelNames: ['session'],
    buckets: SECONDS,
    registers,
  });
  const runs = new Histogram({
    name: 'docker_tracker_job_run_seconds',
    help: 'Seconds from the beginning of a run to its end.',
    labelNames: ['session', 'state'],
    buckets: SECONDS,
    registers,
  });

  const queued = new Map<string, bigint>();
  const ended = new Set<string>();
  const observeWait = ({ jobId, from, to, at, job }: JobTransition): void => {
    if (from === 'Undetermined' && to.startsWith('Queued')) queued.set(jobId, at);
    if (to !== 'Running' && !isTerminated(to)) return;
    const since = queued.get(jobId);
    queued.delete(jobId);
    if (since !== undefined && to === 'Running') waits.observe({ session: job.session }, Number(at - since) / 1e9);
  };
  const observeRun = ({ id, session, state, startedAt, finishedAt }: JobSnapshot): void => {
    const [from, to] = [parseTimestamp(startedAt), parseTimestamp(finishedAt)];
    if (!ended.has(id) || from === undefined || to === undefined) return;
    ended.delete(id);
    runs.observe({ session, state }, Math.max(0, Number(to - from) / 1e9));
  };

  const following = new Subscription();
  following.add(monitor.freshness$.subscribe({ complete: () => (isClosed = true) }));
  following.add(
    monitor.transitions$.subscribe((transition) => {
      const { from, to, job } = transition;
      transitions.inc({ session: job.session, from, to });
      observeWait(transition);
      if (!isTerminated(to)) return;
      ended.add(job.id);
      const [oldest] = ended;
      if (ended.size > MOST_PENDING && oldest !== undefined) ended.delete(oldest);
      observeRun(job);
    }),
  );
  following.add(
    monitor.changes$().subscribe(({ changed, removed }) => {
      for (const job of changed) observeRun(job);
      for (const { id } of removed) queued.delete(id);
    }),
  );
  return {
    names: [jobs, transitions, waits, runs].map(nameOf),
    stop: () => {
      following.unsubscribe();
    },
  };
}

/** prom-client's types keep it to themselves. */
export function nameOf(metric: object): string {
  return (metric as { readonly name: string }).name;
}
