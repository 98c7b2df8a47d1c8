import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: [
      'packages/*/src/**/*.test.ts',
      'packages/*/page/src/**/*.test.ts',
      'test/**/*.test.ts',
      'setup/**/*.test.mjs',
      'examples/**/*.test.ts',
    ],
    // Random sequences are a command of their own: `npm run test:model`.
    exclude: [
      '**/node_modules/**',
      '**/dist/**',
      // A minute has to pass on a real engine: `npm run test:leftovers`.
      ...(process.env.DOCKER_TRACKER_LEFTOVERS === undefined ? ['test/crash/*.engine.test.ts'] : []),
      ...(process.env.DOCKER_TRACKER_SEQUENCES === undefined ? ['test/model/**'] : []),
      // So are long runs: `npm run test:endings`, `npm run test:soak`.
      ...(process.env.DOCKER_TRACKER_ENDINGS === undefined ? ['test/endurance/endings*'] : []),
      ...(process.env.DOCKER_TRACKER_SOAK_MINUTES === undefined ? ['test/endurance/soak*'] : []),
    ],
    // The machine is small and shared, and a real engine takes its time: a timeout says that something hangs, never that it is slow.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    maxWorkers: 2,
  },
});
