import { runAsCommand } from './command.mjs';
import { installPackages } from './pnpm.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

// `npm run test:scale`: 100,000 jobs and 1,000,000 events on the fake engine. No engine is needed.

/** @param {string} line */
const say = (line) => console.error(line);

await runAsCommand(async (interruption) => {
  const options = { say, signal: interruption };
  const built = await aloneInWorkspace({ what: 'npm run test:scale', ...options }, async () => {
    await installPackages(options);
    return runScript((await workspaceScripts())['build'] ?? 'false', { interruption });
  });
  if (built !== 0) return built;
  const programArguments = ['test/dist/scale/scale.js', ...process.argv.slice(2)];
  return runVisibly(process.execPath, programArguments, { interruption, wholeGroup: true });
});
