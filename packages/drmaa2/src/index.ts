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
