import type { DockerMonitor } from '../docker-monitor.js';

/** The part of a DockerMonitor that the dashboard looks at. */
export type DashboardSource = Pick<
  DockerMonitor,
  | 'scope'
  | 'snapshot'
  | 'changes$'
  | 'transitions$'
  | 'freshness$'
  | 'machine$'
  | 'usage$'
  | 'timeline'
  | 'jobInfo'
  | 'jobTemplate'
  | 'output'
  | 'tracker'
>;
