import { Drmaa2Error } from '../drmaa2-error.js';
import type { JobInfo } from '../job-info.js';
import type { JobState } from '../job-state.js';
import type { JobTemplate } from '../job-template.js';
import type { Cancellable } from '../job-tracker.js';
import type { OpenSession } from './open-session.js';

/** How long to wait. */
export interface WaitLimits extends Cancellable {
  /** Milliseconds. 0 looks once (DRMAA2's ZERO_TIME), absent waits without limit (INFINITE_TIME). */
  readonly timeoutMs?: number | undefined;
}

/** A job is started once it runs, or ran. @source DRMAA2 section 8.1: the states "Started" and "Terminated" */
export const STARTED_STATES = ['Running', 'Suspended', 'Done', 'Failed'] as const satisfies readonly JobState[];

export const TERMINATED_STATES = ['Done', 'Failed'] as const satisfies readonly JobState[];

/**
 * One job of a job session. Every method rejects with a Drmaa2Error: InvalidSession once the session is closed, InvalidArgument once
 * the job was reaped (`getState` then says Undetermined).
 * @source DRMAA2 section 8.3
 */
export class Job {
  readonly id: string;
  readonly #session: OpenSession;

  constructor(id: string, session: OpenSession) {
    this.id = id;
    this.#session = session;
  }

  get sessionName(): string {
    return this.#session.sessionName;
  }

  async getState(options: Cancellable = {}): Promise<{ readonly state: JobState; readonly subState: string }> {
    return this.#session.tracker().jobState(this.id, options);
  }

  async getJobInfo(options: Cancellable = {}): Promise<JobInfo> {
    return this.#session.tracker().jobInfo(this.id, options);
  }

  /** What the job was submitted with. */
  async getJobTemplate(options: Cancellable = {}): Promise<JobTemplate> {
    return this.#session.tracker().jobTemplate(this.id, options);
  }

  /** Running becomes Suspended; InvalidState in any other state. */
  async suspend(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().jobControl(this.id, 'suspend', options);
  }

  /** Suspended becomes Running; InvalidState in any other state. */
  async resume(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().jobControl(this.id, 'resume', options);
  }

  /** Queued becomes QueuedHeld; InvalidState or UnsupportedOperation in any other state. */
  async hold(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().jobControl(this.id, 'hold', options);
  }

  /** QueuedHeld becomes Queued; InvalidState or UnsupportedOperation in any other state. */
  async release(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().jobControl(this.id, 'release', options);
  }

  /** The job becomes Failed, also one that waits; InvalidState: it has ended already. */
  async terminate(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().jobControl(this.id, 'terminate', options);
  }

  /** Has the DRMS forget the ended job; it is no job of any session afterwards. InvalidState: not Done or Failed. */
  async reap(options: Cancellable = {}): Promise<void> {
    await this.#session.tracker().deleteJob(this.id, options);
  }

  /** Resolves once the job is Running, Suspended, Done or Failed. Rejects with Timeout; InvalidState: it was removed unstarted. */
  async waitStarted(limits: WaitLimits = {}): Promise<void> {
    await this.#session.tracker().wait(this.id, STARTED_STATES, limits);
  }

  /** Resolves once the job is Done or Failed. Rejects with Timeout; InvalidState: it was removed, and its end was not seen. */
  async waitTerminated(limits: WaitLimits = {}): Promise<void> {
    await this.#session.tracker().wait(this.id, TERMINATED_STATES, limits);
  }

  /** @throws {Drmaa2Error} InvalidArgument: a job of another session, or opened session, whose states are not told here. */
  static checkSession(job: unknown, session: OpenSession): asserts job is Job {
    if (job instanceof Job && job.#session === session) return;
    const given = job instanceof Job ? `job ${job.id} of session ${JSON.stringify(job.sessionName)}` : typeof job;
    throw new Drmaa2Error(
      'InvalidArgument',
      `jobs: ${given} is no job of the session ${JSON.stringify(session.sessionName)} that was asked; give its own jobs`,
    );
  }
}
