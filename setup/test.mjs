import { runAsCommand } from './command.mjs';
import { findChromium } from './chromium.mjs';
import { engineForRun } from './engine-for-run.mjs';
import { takeLock } from './lock.mjs';
import { installPackages } from './pnpm.mjs';
import { endAbandonedEngines } from './private-engine.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { lastLine, leastInBrowser, leastOnRealEngine, readReport, removeReport, reportFile } from './test-report.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

// `npm test`: every check, then the tests, on a real engine. With arguments (`npm test -- …`, given to
// vitest): the build and those tests only.

/** What comes before the tests: scripts of package.json, those of a group side by side, since none of them uses two processors. */
const checks = [
  ['check:format', 'build'],
  ['check:lint', 'check:direction', 'check:unused', 'check:documents'],
];

/** @param {string} line */
const say = (line) => console.log(line);
const vitestArguments = process.argv.slice(2);
const everything = vitestArguments.length === 0;

await runAsCommand(async (interruption) => {
  const options = { say, signal: interruption };
  // Timing matters to some tests, and all of them share the engines' names.
  const release = await takeLock('test', {
    what: 'npm test',
    signal: interruption,
    onWait: ({ pid }) => say(`waiting for process ${pid}, which runs npm test in this checkout`),
  });
  /** @type {import('./engine-for-run.mjs').EngineForRun | undefined} */
  let engine;
  try {
    // First, since without it all the rest would be in vain.
    engine = await engineForRun(options);
    return await runTests(engine, options);
  } finally {
    await endAbandonedEngines().finally(() => engine?.release());
    await release();
  }
});

/**
 * @param {import('./engine-for-run.mjs').EngineForRun} engine
 * @param {{ say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<number>} the exit code
 */
async function runTests(engine, options) {
  /** @type {string[]} */
  const failures = [];
  await aloneInWorkspace({ what: 'npm test', ...options }, async () => {
    await installPackages(options);
    const scripts = await workspaceScripts();
    for (const group of checks) {
      const wanted = group.filter((check) => everything || check === 'build');
      const run = async (/** @type {string} */ check) => {
        const script = scripts[check] ?? 'false';
        if (!(await step(check, () => runScript(script, { interruption: options.signal })))) failures.push(check);
      };
      await Promise.all(wanted.map(run));
    }
  });
  if (failures.includes('build')) {
    say(`failed: ${failures.join(', ')}; the tests did not run`);
    return 1;
  }
  // No test waits for a download. Where there is no Chromium the summary says so.
  if (everything) await findChromium(say).catch((/** @type {Error} */ { message }) => say(`no browser: ${message}`));
  await removeReport();
  const passed = await step('tests', () =>
    runVisibly(process.execPath, ['node_modules/vitest/vitest.mjs', 'run', ...reporters(), ...vitestArguments], {
      interruption: options.signal,
      wholeGroup: true,
      env: engine.environment,
    }),
  );
  if (!passed) failures.push('tests');
  return summary(engine, failures);
}

/**
 * @param {string} name
 * @param {() => Promise<number>} work
 * @returns {Promise<boolean>} whether it succeeded
 */
async function step(name, work) {
  say(`\n== ${name}`);
  const start = performance.now();
  const code = await work();
  const seconds = ((performance.now() - start) / 1000).toFixed(1);
  say(code === 0 ? `== ${name}: ${seconds} s` : `== ${name}: FAILED with exit code ${code}, ${seconds} s`);
  return code === 0;
}

function reporters() {
  return [
    '--reporter=default',
    '--reporter=./setup/test-deadline.mjs',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
  ];
}

/**
 * @param {import('./engine-for-run.mjs').EngineForRun} engine
 * @param {string[]} failures
 */
async function summary(engine, failures) {
  const counts = (await readReport()) ?? { passed: 0, failed: 0, skipped: 0, onRealEngine: 0, inBrowser: 0 };
  if (everything && counts.onRealEngine < leastOnRealEngine) {
    failures.push(`only ${counts.onRealEngine} tests ran on a real engine, ${leastOnRealEngine} are the least`);
  }
  // A developer's machine may have no Chromium; what judges a change must have one.
  if (everything && process.env['DOCKER_TRACKER_CI'] === '1' && counts.inBrowser < leastInBrowser) {
    failures.push(`only ${counts.inBrowser} tests ran in a browser, ${leastInBrowser} are the least`);
  }
  say('');
  if (failures.length > 0) say(`failed: ${failures.join(', ')}`);
  say(`real engine: ${counts.onRealEngine} tests on Docker ${engine.version} (API ${engine.api}, ${engine.kind})`);
  say(counts.inBrowser > 0 || !everything ? `in a browser: ${counts.inBrowser} tests` : 'in a browser: not run');
  say(lastLine(counts));
  return failures.length === 0 ? 0 : 1;
}
