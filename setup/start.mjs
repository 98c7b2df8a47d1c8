import { runAsCommand } from './command.mjs';
import { engineForRun } from './engine-for-run.mjs';
import { installPackages } from './pnpm.mjs';
import { keepPrivateEngine } from './private-engine.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

// `npm start`: from a fresh clone to real jobs on a real engine.

const example = 'examples/dist/mixed-workload.js';
const keepFlag = '--keep-engine';

/** @param {string} line */
const say = (line) => console.error(line);

await runAsCommand(async (interruption) => {
  const exampleArguments = process.argv.slice(2).filter((argument) => argument !== keepFlag);
  const keep = process.argv.includes(keepFlag) || process.env['DOCKER_TRACKER_KEEP_ENGINE'] === '1';

  const engine = await engineForRun({ say, signal: interruption });
  try {
    const built = await aloneInWorkspace({ what: 'npm start', say, signal: interruption }, async () => {
      await installPackages({ say, signal: interruption });
      return runScript((await workspaceScripts())['build'] ?? 'false', { interruption });
    });
    if (built !== 0) {
      say('the build failed');
      return built;
    }
    say(`Docker ${engine.version} (API ${engine.api}, ${engine.kind}) at ${engine.host}`);
    return await runVisibly(process.execPath, [example, ...exampleArguments], {
      interruption,
      env: engine.environment,
    });
  } finally {
    if (keep && engine.kind === 'private') {
      await keepPrivateEngine(true);
      say(`the engine runs on at ${engine.host}: \`npm run engine -- stop\` stops it`);
    }
    await engine.release();
  }
});
