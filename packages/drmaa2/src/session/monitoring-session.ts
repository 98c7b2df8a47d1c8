import { Drmaa2Error } from '../drmaa2-error.js';
import type { JobFilter } from '../job-filter.js';
import type { JobInfo } from '../job-info.js';
import type { JobState } from '../job-state.js';
import type { Cancellable } from '../job-tracker.js';
import type { Machine } from '../machine.js';
import type { Monitorer } from '../monitorer.js';

/** A monitorer that is the session's own: it is closed with it. */
export type OpenMonitorer = Monitorer & { close(): Promise<void> };

/** A queue of the DRMS. @source DRMAA2 section 7.7, `QueueInfo` */
export interface Queue {
  readonly name: string;
}

/** A job of any session, to be looked at only. */
export interface MonitoredJob {
  readonly id: string;
  getState(options?: Cancellable): Promise<{ readonly state: JobState; readonly subState: string }>;
  /** InvalidArgument: it was reaped. */
  getJobInfo(options?: Cancellable): Promise<JobInfo>;
}

/**
 * Looks at the jobs of all sessions and at the machines: made by a SessionManager. Every method rejects with a Drmaa2Error,
 * InvalidSession once the session is closed.
 * @source DRMAA2 section 10.1
 */
export class MonitoringSession {
  readonly #name: string;
  readonly #monitorer: OpenMonitorer;
  readonly #closed: () => void;
  #isClosed = false;

  constructor(name: string, monitorer: OpenMonitorer, closed: () => void) {
    this.#name = name;
    this.#monitorer = monitorer;
    this.#closed = closed;
  }

  /** The jobs of all sessions; with a filter, those that match. InvalidArgument: a bad filter. */
  async getAllJobs(filter?: JobFilter, options: Cancellable = {}): Promise<readonly MonitoredJob[]> {
    const ids = await this.#open().getAllJobIds(filter, options);
    return ids.map((id) => this.#job(id));
  }

  /** All queues, or those of these names; an unknown name is no error. */
  async getAllQueues(names?: readonly string[]): Promise<readonly Queue[]> {
    return (await this.#open().getAllQueueNames(names)).map((name) => ({ name }));
  }

  /** All machines, or those of these names; an unknown name is no error. */
  async getAllMachines(names?: readonly string[], options: Cancellable = {}): Promise<readonly Machine[]> {
    return this.#open().getAllMachines(names, options);
  }

  /** Always refused with UnsupportedOperation: nothing here reserves. */
  getAllReservations(): Promise<never> {
    return Promise.reject(
      new Drmaa2Error('UnsupportedOperation', 'there are no reservations: the capability AdvanceReservation is false'),
    );
  }

  /** A second call is InvalidSession. */
  async close(): Promise<void> {
    const monitorer = this.#open();
    this.#isClosed = true;
    this.#closed();
    try {
      await monitorer.closeMonitoringSession(this.#name);
    } finally {
      await monitorer.close();
    }
  }

  #job(id: string): MonitoredJob {
    const getJobInfo = async (options: Cancellable = {}): Promise<JobInfo> =>
      this.#open().jobInfoFromMonitor(id, options);
    return {
      id,
      getJobInfo,
      getState: async (options) => {
        const { state, subState } = await getJobInfo(options);
        return { state, subState };
      },
    };
  }

  #open(): OpenMonitorer {
    if (this.#isClosed) throw new Drmaa2Error('InvalidSession', 'the monitoring session is closed: open another one');
    return this.#monitorer;
  }
}
