import type { Cancellable, JobTracker } from '../job-tracker.js';

/** Optional parts of DRMAA2, of which an implementation says whether it has them. @source drmaa2.h `drmaa2_capability` */
export const CAPABILITIES = [
  'AdvanceReservation',
  'ReserveSlots',
  'Callback',
  'BulkJobsMaxParallel',
  'JtEmail',
  'JtStaging',
  'JtDeadline',
  'JtMaxSlots',
  'JtAccountingId',
  'RtStartNow',
  'RtDuration',
  'RtMachineOs',
  'RtMachineArch',
] as const;

export type Capability = (typeof CAPABILITIES)[number];

/** @source DRMAA2 section 5.7, `Version` */
export interface Version {
  readonly major: string;
  readonly minor: string;
}

/** Which session a tracker is for, and where its jobs run. */
export interface TrackerPlace {
  readonly sessionName: string;
  /** In the words of the DRMS, such as a host; empty: the DRMS's own default. */
  readonly contact: string;
}

/**
 * What a SessionManager needs of a system that runs jobs (the "DRMS" of DRMAA2). Failures are Drmaa2Errors; DrmCommunication where
 * it cannot be reached.
 */
export interface DrmsConnection {
  /** Such as `docker`. */
  readonly drmsName: string;
  drmsVersion(options?: Cancellable): Promise<Version>;
  supports(capability: Capability): boolean;
  /** Resolves once the tracker knows its session's jobs, those of earlier processes included. */
  openJobTracker(place: TrackerPlace, options?: Cancellable): Promise<JobTracker>;
  /** After the sessions; jobs go on. */
  close(): Promise<void>;
}
