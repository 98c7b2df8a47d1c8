import { engineForRun } from './engine-for-run.mjs';
import { installPackages } from './pnpm.mjs';
import { keepPrivateEngine } from './private-engine.mjs';
import { runScript, runVisibly } from './run-visibly.mjs';
import { aloneInWorkspace, workspaceScripts } from './workspace.mjs';

const keepFlag = '--keep-engine';

/** @param {string} line */
const say = (line) => console.error(line);

/**
 * From a fresh clone to a built program that runs on a real engine, visibly; resolves with its exit code.
 *
 * @param {string} program path in the checkout
 * @param {readonly string[]} programArguments `--keep-engine` is taken here and not passed on
 * @param {AbortSignal} interruption
 * @returns {Promise<number>}
 */
export async function runWithEngine(program, programArguments, interruption) {
  const keep = programArguments.includes(keepFlag) || process.env['DOCKER_TRACKER_KEEP_ENGINE'] === '1';
  const passedOn = programArguments.filter((argument) => argument !== keepFlag);
  const engine = await engineForRun({ say, signal: interruption });
  try {
    const built = await aloneInWorkspace({ what: program, say, signal: interruption }, async () => {
      await installPackages({ say, signal: interruption });
      return runScript((await workspaceScripts())['build'] ?? 'false', { interruption });
    });
    if (built !== 0) {
      say('the build failed');
      return built;
    }
    say(`Docker ${engine.version} (API ${engine.api}, ${engine.kind}) at ${engine.host}`);
    return await runVisibly(process.execPath, [program, ...passedOn], { interruption, env: engine.environment });
  } finally {
    if (keep && engine.kind === 'private') {
      await keepPrivateEngine(true);
      say(`the engine runs on at ${engine.host}: \`npm run engine -- stop\` stops it`);
    }
    await engine.release();
  }
}
