import { defineConfig } from 'vitest/config';
import { LongFirst } from './setup/long-first.mjs';

const SOAKS = process.env.DOCKER_TRACKER_SOAK_MINUTES !== undefined || process.env.DOCKER_TRACKER_CI === '1';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/page/src/**/*.test.ts',
      'test/**/*.test.ts',
      'setup/**/*.test.mjs',
      'examples/**/*.test.ts',
    ],
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      // A minute has to pass on a real engine: `npm run test:leftovers`.
      ...(process.env.DOCKER_TRACKER_LEFTOVERS === undefined ? ['test/crash/*.engine.test.ts'] : []),
      // Long runs are commands of their own, `npm run test:endings` and `npm run test:soak`; what judges a change soaks for a minute.
      ...(process.env.DOCKER_TRACKER_ENDINGS === undefined ? ['test/endurance/endings*'] : []),
      ...(SOAKS ? [] : ['test/endurance/soak*']),
    ],
    // The machine is small and shared, and a real engine takes its time: a timeout says that something hangs, never that it is slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Two more than the smallest machine has processors: most of the time a test waits for an engine.
    maxWorkers: 4,
    sequence: { sequencer: LongFirst },
  },
});
