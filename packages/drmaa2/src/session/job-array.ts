import type { JobControlAction } from '../job-state.js';
import type { JobTemplate } from '../job-template.js';
import type { Cancellable } from '../job-tracker.js';
import { Job } from './job.js';
import type { OpenSession } from './open-session.js';

/**
 * Jobs that were submitted as one. A control passes over tasks for which it is not legal now (an ended one, for terminate), since
 * tasks go on meanwhile, and is refused with InvalidState where it is legal for none.
 * @source DRMAA2 section 8.4
 */
export class JobArray {
  /** Names the array in {@link JobSession.getJobArray}, also in another process. */
  readonly id: string;
  readonly #session: OpenSession;

  constructor(id: string, session: OpenSession) {
    this.id = id;
    this.#session = session;
  }

  get sessionName(): string {
    return this.#session.sessionName;
  }

  /** In index order, reaped ones included. InvalidSession: the session is closed. */
  getJobs(): readonly Job[] {
    return this.#session
      .tracker()
      .listArrayJobs(this.id)
      .map((id) => new Job(id, this.#session));
  }

  /** What the first task that is still there was submitted with. InvalidArgument: none is. */
  async getJobTemplate(options: Cancellable = {}): Promise<JobTemplate> {
    let absence: unknown;
    for (const job of this.getJobs()) {
      try {
        return await job.getJobTemplate(options);
      } catch (error) {
        options.signal?.throwIfAborted();
        absence ??= error;
      }
    }
    throw absence;
  }

  suspend(options: Cancellable = {}): Promise<void> {
    return this.#control('suspend', options);
  }

  resume(options: Cancellable = {}): Promise<void> {
    return this.#control('resume', options);
  }

  hold(options: Cancellable = {}): Promise<void> {
    return this.#control('hold', options);
  }

  release(options: Cancellable = {}): Promise<void> {
    return this.#control('release', options);
  }

  terminate(options: Cancellable = {}): Promise<void> {
    return this.#control('terminate', options);
  }

  async #control(action: JobControlAction, options: Cancellable): Promise<void> {
    await this.#session.tracker().jobControlArray(this.id, action, options);
  }
}
