import type { JobInfo } from './job-info.js';
import type { JobControlAction, JobState } from './job-state.js';
import type { JobTemplate } from './job-template.js';

/** A call that may be cancelled: an abort rejects with `signal.reason`. */
export interface Cancellable {
  readonly signal?: AbortSignal | undefined;
}

/** The least that every tracker tells of a job when a wait ends. */
export interface TrackedJob {
  readonly id: string;
  readonly state: JobState;
  readonly subState: string;
}

/** Which tasks an array has: from `begin` to `end` by `step` (default 1), at most `maxParallel` at once (default: all). */
export interface TaskIndices {
  readonly begin: number;
  readonly end: number;
  readonly step?: number | undefined;
  readonly maxParallel?: number | undefined;
}

/**
 * What a job session needs of the system that runs its jobs: the contract of drmaa2os' JobTracker, asynchronous.
 * Every failure is a Drmaa2Error; a closed tracker answers InvalidSession.
 * @source drmaa2os pkg/jobtracker/jobtracker.go
 */
export interface JobTracker {
  addJob(template: JobTemplate, options?: Cancellable): Promise<string>;
  addArrayJob(template: JobTemplate, range: TaskIndices, options?: Cancellable): Promise<string>;
  listJobs(): readonly string[];
  listArrayJobs(arrayJobId: string): readonly string[];
  listJobCategories(options?: Cancellable): Promise<readonly string[]>;
  jobState(id: string, options?: Cancellable): Promise<{ readonly state: JobState; readonly subState: string }>;
  jobInfo(id: string, options?: Cancellable): Promise<JobInfo>;
  jobTemplate(id: string, options?: Cancellable): Promise<JobTemplate>;
  jobControl(id: string, action: JobControlAction, options?: Cancellable): Promise<void>;
  /** The same to every task, passing over those for which it is not legal now; refused where it is legal for none. */
  jobControlArray(arrayJobId: string, action: JobControlAction, options?: Cancellable): Promise<void>;
  /** `timeoutMs` 0 looks once; absent waits without limit. */
  wait(
    id: string,
    states: readonly JobState[],
    options?: Cancellable & { readonly timeoutMs?: number | undefined },
  ): Promise<TrackedJob>;
  deleteJob(id: string, options?: Cancellable): Promise<void>;
  close(): Promise<void>;
}
