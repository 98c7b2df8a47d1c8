import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { privateFolder } from './checkout.mjs';

/** Where vitest writes its JSON report. */
export const reportFile = join(privateFolder, 'test-report.json');

/** Fewer tests than this on a real engine prove nothing, whatever else passed. */
export const leastOnRealEngine = 41;

/** Fewer tests than this in a browser say nothing about the dashboard's page. */
export const leastInBrowser = 20;

/** A test counts as one in a browser by where it lies, too. */
const inBrowser = /[/\\]test[/\\]browser[/\\]/;

/** A test counts as one on a real engine by where it lies: vitest's report knows only its file. */
const onRealEngine = /[/\\]real-engine[/\\]|\.engine\.test\.[cm]?[jt]s$/;

/** A report of an earlier run must never be taken for this one's. */
export async function removeReport() {
  await rm(reportFile, { force: true });
}

/**
 * @typedef {{ passed: number, failed: number, skipped: number, onRealEngine: number, inBrowser: number }} TestCounts
 *
 * @returns {Promise<TestCounts | undefined>} undefined if vitest wrote no report
 */
export async function readReport() {
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  return text === undefined ? undefined : countTests(JSON.parse(text));
}

/**
 * @typedef {{ name: string, assertionResults: { status: string }[] }} TestFile
 *
 * @param {{ testResults: TestFile[] }} report
 * @returns {TestCounts}
 */
export function countTests({ testResults }) {
  const counts = { passed: 0, failed: 0, skipped: 0, onRealEngine: 0, inBrowser: 0 };
  for (const file of testResults) {
    for (const { status } of file.assertionResults) {
      const outcome = status === 'passed' || status === 'failed' ? status : 'skipped';
      counts[outcome] += 1;
      // A skipped test has seen no engine and no browser.
      if (outcome === 'skipped') continue;
      if (onRealEngine.test(file.name)) counts.onRealEngine += 1;
      if (inBrowser.test(file.name)) counts.inBrowser += 1;
    }
  }
  return counts;
}

/**
 * One test, for who asks what became of each.
 *
 * @typedef {{ titles: readonly string[], status: string, message: string }} Test
 *
 * @returns {Promise<Test[]>} none if vitest wrote no report
 */
export async function readTests() {
  const text = await readFile(reportFile, 'utf8').catch(() => undefined);
  if (text === undefined) return [];
  /** @type {{ testResults: { assertionResults: { ancestorTitles: string[], title: string, status: string, failureMessages?: string[] }[] }[] }} */
  const { testResults } = JSON.parse(text);
  return testResults
    .flatMap(({ assertionResults }) => assertionResults)
    .map(({ ancestorTitles, title, status, failureMessages = [] }) => ({
      titles: [...ancestorTitles, title],
      status,
      message: failureMessages[0] ?? '',
    }));
}

/** @param {TestCounts} counts */
export function lastLine({ passed, failed, skipped }) {
  return `${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ''}`;
}
