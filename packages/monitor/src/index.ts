export { DockerMonitor } from './docker-monitor.js';
export type { DockerMonitorOptions } from './docker-monitor-options.js';
export type { JobCounts } from './core/job-counts.js';
export type { StateSpan } from './core/state-span.js';
export type { MonitorFilter } from './core/monitor-filter.js';
export type {
  Freshness,
  JobChanges,
  JobSnapshot,
  JobTransition,
  JobUsage,
  OutputChunk,
  WatchScope,
} from '@docker-tracker/tracker';
export type { JobFilter, JobInfo, JobState, JobTemplate, Machine } from '@docker-tracker/drmaa2';
