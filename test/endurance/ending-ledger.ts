import type { DockerTracker, JobTransition } from '@docker-tracker/tracker';

interface Chain {
  readonly endings: (number | undefined)[];
  last: JobTransition | undefined;
}

/** What a tracker tells of jobs, in memory only for those that are not forgotten: a run may last for hours. */
export class EndingLedger {
  readonly #chains = new Map<string, Chain>();
  readonly #breaks: string[] = [];

  constructor(tracker: DockerTracker) {
    tracker.transitions$.subscribe((transition) => {
      this.#add(transition);
    });
  }

  /** Breaks of the promise that per job each `from` is the last `to`, and `at` never decreases. */
  get breaks(): readonly string[] {
    return this.#breaks;
  }

  /** Exit status of each ending that was told. */
  endings(id: string): readonly (number | undefined)[] {
    return this.#chains.get(id)?.endings ?? [];
  }

  forget(id: string): void {
    this.#chains.delete(id);
  }

  #add(next: JobTransition): void {
    const { jobId, from, to, at, job } = next;
    const chain = this.#chains.get(jobId) ?? { endings: [], last: undefined };
    this.#chains.set(jobId, chain);
    const { last } = chain;
    chain.last = next;
    if (last && (last.to !== from || at < last.at)) this.#breaks.push(`${jobId}: ${last.to}, then ${from} to ${to}`);
    if (to === 'Done' || to === 'Failed') chain.endings.push(job.exitStatus);
  }
}
