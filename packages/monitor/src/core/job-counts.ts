import { JOB_STATES, type JobState } from '@docker-tracker/drmaa2';
import type { JobChanges } from '@docker-tracker/tracker';

/** How many jobs there are, each state named. */
export interface JobCounts {
  readonly total: number;
  readonly byState: Readonly<Record<JobState, number>>;
}

/** Counts jobs out of what changes, at a cost linear in that. */
export class JobCounter {
  readonly #states = new Map<string, JobState>();
  #byState = Object.fromEntries(JOB_STATES.map((state) => [state, 0])) as Record<JobState, number>;

  /** The counts after the changes; each is immutable. */
  count({ added, changed, removed }: JobChanges): JobCounts {
    const byState = { ...this.#byState };
    const leave = (id: string): void => {
      const before = this.#states.get(id);
      if (before !== undefined) byState[before] -= 1;
      this.#states.delete(id);
    };
    for (const { id, state } of [...added, ...changed]) {
      leave(id);
      byState[state] += 1;
      this.#states.set(id, state);
    }
    for (const { id } of removed) leave(id);
    this.#byState = byState;
    return { total: this.#states.size, byState };
  }
}
