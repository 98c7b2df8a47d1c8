export { DockerTracker } from './docker-tracker.js';
export type { DockerTrackerOptions } from './docker-tracker-options.js';
export { dockerDrms, type DockerDrmsOptions } from './docker-drms.js';
export { EngineJobs, type EngineJobsOptions } from './engine-jobs.js';
export { jobEmitter, type JobEmitter, type JobEmitterEvents } from './job-emitter.js';
export { JobView } from './core/job/job-view.js';
export type { JobSnapshot } from './core/job/job-snapshot.js';
export type { JobStatus } from './core/job/job-status.js';
export type { JobTransition } from './core/job/observation.js';
export type { TemplatePolicy } from './core/policy/template-policy.js';
export { jobUsage, type JobUsage } from './core/usage/job-usage.js';
export {
  EVENT_ARRIVED_CHANNEL,
  STREAM_OPENED_CHANNEL,
  VIEW_SYNCED_CHANNEL,
  type EventArrived,
  type StreamOpened,
  type ViewSynced,
  type WatchMessages,
} from './diagnostics.js';
export { describeExtension, listExtensions } from './core/template/describe-extensions.js';
export type { ExtensionName } from './core/template/extensions.js';
export type { CredentialSource, PullMode, PullProgress } from './image/image-pulls.js';
export type { OutputChunk, OutputOptions } from './output/job-output.js';
export type { ArraySnapshot } from './session/array-as-one.js';
export type { JobArray } from './session/job-array.js';
export type { JobInfoOptions, KnownInfoOptions } from './session/job-description.js';
export type { JobNotice, Notifier } from './session/notices.js';
export type { JobHandle } from './session/job-handle.js';
export { JobWaitError, type WaitOptions } from './session/job-wait.js';
export type { JobChanges } from './session/session-jobs.js';
export type { FileFailure } from './staging/session-files.js';
export type { Freshness } from './watch/freshness.js';
export type { WatchScope } from './watch/watched-session.js';
export {
  Drmaa2Error,
  type Cancellable,
  type Drmaa2ErrorCode,
  type JobControlAction,
  type JobInfo,
  type JobState,
  type JobTemplate,
  type JobTracker,
  type TaskIndices,
} from '@docker-tracker/drmaa2';
