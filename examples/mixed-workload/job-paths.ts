import type { DockerTracker, JobState } from '@docker-tracker/tracker';

/** The states that each job went through, by its id: kept from the transitions as they come. */
export class JobPaths {
  readonly #paths = new Map<string, JobState[]>();
  readonly #stop: () => void;

  constructor(tracker: DockerTracker) {
    const subscription = tracker.transitions$.subscribe(({ jobId, to }) => {
      const path = this.#paths.get(jobId) ?? [];
      path.push(to);
      this.#paths.set(jobId, path);
    });
    this.#stop = () => {
      subscription.unsubscribe();
    };
  }

  of(jobId: string): readonly JobState[] {
    return this.#paths.get(jobId) ?? [];
  }

  close(): void {
    this.#stop();
  }
}
