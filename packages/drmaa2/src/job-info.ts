import type { JobState } from './job-state.js';

/**
 * What is known about a job. An absent attribute is unset.
 * Times are the engine's own RFC 3339 strings, nanoseconds kept (a Date would cut them to milliseconds).
 * @source DRMAA2 section 7.5; drmaa2interface `JobInfo`
 */
export interface JobInfo {
  readonly id: string;
  /** 0 to 255; only after the end. */
  readonly exitStatus?: number;
  /** Name such as `SIGKILL`, where the engine told that a signal ended the job. */
  readonly terminatingSignal?: string;
  /** For people: why the job is in this state. */
  readonly annotation?: string;
  readonly state: JobState;
  readonly subState: string;
  readonly allocatedMachines: readonly string[];
  readonly submissionMachine?: string;
  readonly jobOwner: string;
  readonly slots: number;
  readonly queueName?: string;
  /** Seconds, fraction allowed; only where dispatch and end are known. */
  readonly wallclockTime?: number;
  /** Seconds. */
  readonly cpuTime?: number;
  readonly submissionTime?: string;
  readonly dispatchTime?: string;
  readonly finishTime?: string;
  readonly extensionList: Readonly<Record<string, string>>;
}
