import { expect, test } from 'vitest';
import { countTests, lastLine } from './test-report.mjs';

const file = (/** @type {string} */ name, /** @type {string[]} */ ...statuses) => ({
  name,
  assertionResults: statuses.map((status) => ({ status })),
});

test('tests on a real engine and in a browser are known by their file, and only those that ran count', () => {
  const counts = countTests({
    testResults: [
      file('/checkout/packages/tracker/src/reduce.test.ts', 'passed', 'failed', 'skipped'),
      file('/checkout/packages/tracker/src/real-engine/wait.test.ts', 'passed', 'pending'),
      file('/checkout/test/contract/events.engine.test.ts', 'failed', 'todo'),
      file('/checkout/test/browser/page.engine.test.ts', 'passed', 'skipped'),
      file('/checkout/test/browser/injection.test.ts', 'passed'),
    ],
  });
  expect(counts).toEqual({ passed: 4, failed: 2, skipped: 4, onRealEngine: 3, inBrowser: 2 });
});

test('the last line names skipped tests only if there are any', () => {
  expect(lastLine({ passed: 3, failed: 0, skipped: 0, onRealEngine: 0, inBrowser: 0 })).toBe('3 passed, 0 failed');
  expect(lastLine({ passed: 3, failed: 1, skipped: 2, onRealEngine: 0, inBrowser: 0 })).toBe(
    '3 passed, 1 failed, 2 skipped',
  );
});
