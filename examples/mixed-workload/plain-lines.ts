import type { Writable } from 'node:stream';
import type { DockerTracker, JobTransition } from '@docker-tracker/tracker';
import type { Drawing } from './drawing.js';
import { titleOf } from './workload.js';

/** For pipes and files: one line for each transition, as it happens. */
export function drawLines(tracker: DockerTracker, output: Writable): Drawing {
  const start = performance.now();
  const transitions = tracker.transitions$.subscribe((transition) => {
    output.write(`${plainLine(transition, performance.now() - start)}\n`);
  });
  return {
    finish: () => {
      transitions.unsubscribe();
    },
  };
}

/** Time since the beginning, job, state, sub-state, exit status; what there is not, is a dash. */
export function plainLine({ job, to }: JobTransition, elapsedMs: number): string {
  const time = `${(elapsedMs / 1000).toFixed(3)} s`;
  const subState = job.subState === '' ? '-' : job.subState;
  const exit = job.exitStatus === undefined ? '-' : `exit ${job.exitStatus}`;
  return `${time.padStart(9)}  ${titleOf(job).padEnd(10)}  ${to.padEnd(9)}  ${subState.padEnd(14)}  ${exit}`;
}
