import type { DockerTracker, JobTransition } from '@docker-tracker/tracker';
import { expect } from 'vitest';

/** Every transition that a tracker tells, judged against what it promises: one chain per job, in the engine's order. */
export class TransitionLedger {
  readonly #byJob = new Map<string, JobTransition[]>();

  constructor(tracker: DockerTracker) {
    tracker.transitions$.subscribe((transition) => {
      const chain = this.#byJob.get(transition.jobId) ?? [];
      chain.push(transition);
      this.#byJob.set(transition.jobId, chain);
    });
  }

  of(id: string): readonly JobTransition[] {
    return this.#byJob.get(id) ?? [];
  }

  endings(id: string): readonly JobTransition[] {
    return this.of(id).filter(({ to }) => to === 'Done' || to === 'Failed');
  }

  /** Each `from` is the last `to`, and `at` never decreases. */
  expectUnbroken(): void {
    for (const [id, chain] of this.#byJob) {
      for (const [index, { from, at }] of chain.entries()) {
        const before = chain[index - 1];
        if (before === undefined) continue;
        expect(from, `${id}: transition ${index}`).toBe(before.to);
        expect(at, `${id}: transition ${index}`).toBeGreaterThanOrEqual(before.at);
      }
    }
  }

  /** Exactly one ending for each job, with the exit status that was meant. */
  expectEndings(meant: ReadonlyMap<string, number>): void {
    this.expectUnbroken();
    const told = [...meant.keys()].map((id) => [id, this.endings(id).map(({ job, to }) => [to, job.exitStatus])]);
    const right = [...meant].map(([id, code]) => [id, [[code === 0 ? 'Done' : 'Failed', code]]]);
    expect(told).toEqual(right);
  }
}
