export default {
  test: {
    include: ['src/**/*.test.ts'],
    // patience for a loaded machine; no test waits for a clock
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
};
