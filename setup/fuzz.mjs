import { runAsCommand } from './command.mjs';
import { installPackages } from './pnpm.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { readTests, removeReport, reportFile } from './test-report.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

// `npm run test:fuzz`: so many inputs for each property of the tests called fuzz. No engine is needed.

const inputs = 30_000;
const leastInputs = 1_000_000;

/** @param {string} line */
const say = (line) => console.log(line);

await runAsCommand(async (interruption) => {
  const options = { say, signal: interruption };
  const built = await aloneInWorkspace({ what: 'npm run test:fuzz', ...options }, async () => {
    await installPackages(options);
    return runScript((await workspaceScripts())['build'] ?? 'false', { interruption });
  });
  if (built !== 0) return built;
  await removeReport();
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${reportFile}`];
  const code = await runVisibly(
    process.execPath,
    ['node_modules/vitest/vitest.mjs', 'run', 'fuzz.test.ts', ...reporters],
    { interruption, wholeGroup: true, env: { DOCKER_TRACKER_FUZZ: String(inputs) } },
  );
  // what is done with a huge text has a list of them, not random ones
  const properties = (await readTests()).filter(({ titles }) => !titles.at(-1)?.includes('huge'));
  const passed = properties.filter(({ status }) => status === 'passed').length;
  say(`${passed * inputs} random inputs in ${passed} properties, ${properties.length - passed} properties failed`);
  return passed * inputs >= leastInputs ? code : 1;
});
