import type { Observable, Subscription } from 'rxjs';
import type { JobSnapshot } from '../core/job/job-snapshot.js';

type JobListener = (job: JobSnapshot) => void;

/** Listeners of single jobs, found by id: a change costs those who look at that job, however many look at others. */
export class JobListeners {
  readonly #listeners = new Map<string, Set<JobListener>>();
  readonly #following: Subscription;

  constructor(each$: Observable<JobSnapshot>) {
    this.#following = each$.subscribe((job) => {
      const listeners = this.#listeners.get(job.id);
      // A copy, since a listener may leave, or another come, while they are told.
      if (listeners) for (const listener of [...listeners]) listener(job);
    });
  }

  /** Calls at every visible change of the job, until the answer is called. */
  listen(id: string, listener: JobListener): () => void {
    const listeners = this.#listeners.get(id) ?? new Set();
    this.#listeners.set(id, listeners.add(listener));
    return () => {
      listeners.delete(listener);
      if (listeners.size === 0 && this.#listeners.get(id) === listeners) this.#listeners.delete(id);
    };
  }

  close(): void {
    this.#following.unsubscribe();
    this.#listeners.clear();
  }
}
