import { Drmaa2Error } from '../drmaa2-error.js';
import { checkJobFilter, type JobFilter } from '../job-filter.js';
import type { JobTemplate } from '../job-template.js';
import type { Cancellable, TaskIndices } from '../job-tracker.js';
import { JobArray } from './job-array.js';
import { Job, STARTED_STATES, TERMINATED_STATES, type WaitLimits } from './job.js';
import { matchingJobs } from './matching-jobs.js';
import type { OpenSession } from './open-session.js';
import { waitForAny } from './wait-any.js';

/**
 * An open job session: made by a SessionManager. Every method rejects with a Drmaa2Error, InvalidSession once the session is closed.
 * @source DRMAA2 section 8.2
 */
export class JobSession {
  /** As given when the session was created; empty: the default of the DRMS. */
  readonly contact: string;
  readonly #session: OpenSession;
  readonly #close: () => Promise<void>;

  constructor(session: OpenSession, contact: string, close: () => Promise<void>) {
    this.#session = session;
    this.contact = contact;
    this.#close = close;
  }

  get sessionName(): string {
    return this.#session.sessionName;
  }

  /** Submits a job. The template is copied: what becomes of it later does not matter. */
  async runJob(template: JobTemplate, options: Cancellable = {}): Promise<Job> {
    const id = await this.#session.tracker().addJob(copyOf(template), options);
    return new Job(id, this.#session);
  }

  /** Submits one job for each index from `begin` to `end` by `step`, at most `maxParallel` of them at once; all, or none. */
  async runBulkJobs(template: JobTemplate, range: TaskIndices, options: Cancellable = {}): Promise<JobArray> {
    const id = await this.#session.tracker().addArrayJob(copyOf(template), { ...range }, options);
    return new JobArray(id, this.#session);
  }

  /**
   * The session's jobs, also those of earlier processes, that were not reaped; with a filter, those that match when they are looked at.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad filter.
   */
  async getJobs(filter?: JobFilter, options: Cancellable = {}): Promise<readonly Job[]> {
    const tracker = this.#session.tracker();
    checkJobFilter(filter);
    const ids = filter === undefined ? tracker.listJobs() : await matchingJobs(tracker, filter, options);
    return ids.map((id) => new Job(id, this.#session));
  }

  /** An array by its id. InvalidArgument: no id of an array, or one of which the session has no task any more. */
  async getJobArray(id: string, options: Cancellable = {}): Promise<JobArray> {
    const tracker = this.#session.tracker();
    const tasks = tracker.listArrayJobs(id);
    const jobs = new Set(tracker.listJobs());
    if (!tasks.some((task) => jobs.has(task))) {
      // Another process may have submitted it a moment ago; the tracker asks the DRMS before it calls a job unknown.
      const { subState } = await tracker.jobState(tasks[0]!, options);
      if (subState === 'unknown') {
        throw new Drmaa2Error(
          'InvalidArgument',
          `job session ${JSON.stringify(this.sessionName)} has no job array ${JSON.stringify(id)}`,
        );
      }
    }
    return new JobArray(id, this.#session);
  }

  /** What a template's jobCategory may be. */
  async getJobCategories(options: Cancellable = {}): Promise<readonly string[]> {
    return this.#session.tracker().listJobCategories(options);
  }

  /**
   * Resolves with the first of these jobs that is Running, Suspended, Done or Failed.
   *
   * @throws {Drmaa2Error} InvalidArgument: no jobs, or one of another session; Timeout; where none of them can start any more, what
   * was said of the first.
   */
  waitAnyStarted(jobs: readonly Job[], limits: WaitLimits = {}): Promise<Job> {
    return this.#waitAny(jobs, STARTED_STATES, limits);
  }

  /** Resolves with the first of these jobs that is Done or Failed; rejects as {@link waitAnyStarted} does. */
  waitAnyTerminated(jobs: readonly Job[], limits: WaitLimits = {}): Promise<Job> {
    return this.#waitAny(jobs, TERMINATED_STATES, limits);
  }

  /** Disengages: waits reject with InvalidSession, jobs go on, and the session may be opened again. A second call is InvalidSession. */
  async close(): Promise<void> {
    await this.#close();
  }

  async #waitAny(
    jobs: readonly Job[],
    states: typeof STARTED_STATES | typeof TERMINATED_STATES,
    limits: WaitLimits,
  ): Promise<Job> {
    const tracker = this.#session.tracker();
    for (const job of jobs) Job.checkSession(job, this.#session);
    return waitForAny(tracker, jobs, states, limits);
  }
}

function copyOf(template: JobTemplate): JobTemplate {
  try {
    return structuredClone(template);
  } catch (cause) {
    throw new Drmaa2Error('InvalidArgument', 'the job template holds what cannot be copied: give plain data', {
      cause,
    });
  }
}
