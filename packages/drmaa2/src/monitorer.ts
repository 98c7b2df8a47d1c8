import type { JobFilter } from './job-filter.js';
import type { JobInfo } from './job-info.js';
import type { Cancellable } from './job-tracker.js';
import type { Machine } from './machine.js';

/**
 * What a monitoring session needs of the system that runs the jobs of all sessions: the contract of drmaa2os' Monitorer, asynchronous.
 * Every failure is a Drmaa2Error.
 * @source DRMAA2 section 10; drmaa2os pkg/jobtracker/jobtracker.go
 */
export interface Monitorer {
  openMonitoringSession(name: string): Promise<void>;
  closeMonitoringSession(name: string): Promise<void>;
  /** Ids of the jobs of all sessions, in any state; those that match where there is a filter. */
  getAllJobIds(filter?: JobFilter, options?: Cancellable): Promise<readonly string[]>;
  /** The queues, those of the given names where there are any. */
  getAllQueueNames(names?: readonly string[]): Promise<readonly string[]>;
  /** The machines, those of the given names where there are any; an unknown name is no error. */
  getAllMachines(names?: readonly string[], options?: Cancellable): Promise<readonly Machine[]>;
  jobInfoFromMonitor(id: string, options?: Cancellable): Promise<JobInfo>;
}
