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
export { checkJobFilter, jobMatches, type JobFilter } from './job-filter.js';
export { MACHINE_ARCHS, MACHINE_OSES, type Machine, type MachineArch, type MachineOs } from './machine.js';
export type { Monitorer } from './monitorer.js';
export { formatTimestamp, parseTimestamp } from './timestamp.js';
