import { randomBytes } from 'node:crypto';
import { DockerTracker } from '@docker-tracker/tracker';
import { IMAGE } from '../report/bench-image.js';
import { answerCalls } from './measured-process.js';
import type { EndOfJob, RunCommand } from './job-end.js';
import { WallClock } from './wall-clock.js';

/** Ours: submits a job and waits for its end as every program does. */
export interface TrackerCalls {
  readonly run: (command: RunCommand) => Promise<EndOfJob>;
}

await answerCalls(async () => {
  const session = `bench-wait-${randomBytes(4).toString('hex')}`;
  const tracker = await DockerTracker.open({ session, network: 'none' });
  const calls: TrackerCalls = {
    run: async ([remoteCommand, ...args]) => {
      const clock = new WallClock();
      const id = await tracker.addJob({ jobCategory: IMAGE, remoteCommand, args });
      await tracker.wait(id, ['Done']);
      const knownAtMs = clock.nowMs();
      await tracker.deleteJob(id);
      return { id, knownAtMs };
    },
  };
  return { calls, close: () => tracker.close() };
});
