export { Drmaa2Error, type Drmaa2ErrorCode } from './drmaa2-error.js';
export type { JobInfo } from './job-info.js';
export {
  JOB_CONTROL_ACTIONS,
  JOB_STATES,
  isJobState,
  isTerminated,
  type JobControlAction,
  type JobState,
  type TerminatedState,
} from './job-state.js';
export type { JobTemplate } from './job-template.js';
export type { Cancellable, JobTracker, TaskIndices, TrackedJob } from './job-tracker.js';
export {
  CAPABILITIES,
  type Capability,
  type DrmsConnection,
  type TrackerPlace,
  type Version,
} from './session/drms-connection.js';
export type { JobArray } from './session/job-array.js';
export type { JobSession } from './session/job-session.js';
export type { Job, WaitLimits } from './session/job.js';
export type { MonitoredJob, MonitoringSession, OpenMonitorer, Queue } from './session/monitoring-session.js';
export { SessionManager, type SessionManagerOptions } from './session/session-manager.js';
export { MemorySessionStore, type SessionStore, type StoredSession } from './session/session-store.js';
export { checkJobFilter, jobMatches, type JobFilter } from './job-filter.js';
export { MACHINE_ARCHS, MACHINE_OSES, type Machine, type MachineArch, type MachineOs } from './machine.js';
export type { Monitorer } from './monitorer.js';
export { formatTimestamp, parseTimestamp } from './timestamp.js';
