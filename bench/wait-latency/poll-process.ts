import { setTimeout as pause } from 'node:timers/promises';
import { Engine } from '@docker-tracker/engine-client';
import { IMAGE } from '../report/bench-image.js';
import { answerCalls } from './measured-process.js';
import type { EndOfJob, RunCommand } from './job-end.js';
import { WallClock } from './wall-clock.js';

const INTERVAL_MS = 100;

/** What trackers without events do: an inspect every 100 ms, over the same engine client. */
export interface PollCalls {
  readonly run: (command: RunCommand) => Promise<EndOfJob>;
}

await answerCalls(async () => {
  const engine = await Engine.connect();
  const { containers } = engine;
  const calls: PollCalls = {
    run: async (command) => {
      const clock = new WallClock();
      const { Id: id } = await containers.create({ Image: IMAGE, Cmd: command, HostConfig: { NetworkMode: 'none' } });
      try {
        await containers.start(id);
        // All jobs take the same time: without chance all polls would meet their ends at the same point of the interval.
        await pause(Math.random() * INTERVAL_MS);
        while ((await containers.inspect(id)).State.Status !== 'exited') await pause(INTERVAL_MS);
        return { id, knownAtMs: clock.nowMs() };
      } finally {
        await containers.remove(id, { force: true });
      }
    },
  };
  return { calls, close: () => engine.close() };
});
