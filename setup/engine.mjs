import { runAsCommand } from './command.mjs';
import { engineVersion } from './engine-http.mjs';
import { keepPrivateEngine, privateEngineStatus, startPrivateEngine } from './private-engine.mjs';
import { Refusal } from './refusal.mjs';
import { ensureTestImage, testImage } from './test-image.mjs';

// `npm run engine -- COMMAND`: a private engine for work by hand.

/** @type {Record<string, () => Promise<number>>} */
const commands = {
  async start() {
    const engine = await startPrivateEngine({ say: console.error });
    try {
      await ensureTestImage(engine.host, console.error);
      await keepPrivateEngine(true);
    } finally {
      await engine.release();
    }
    const { engine: version, api } = await engineVersion(engine.host);
    console.error(`Docker ${version} (API ${api}) with ${testImage} runs until \`npm run engine -- stop\``);
    console.log(`export DOCKER_HOST=${engine.host}`);
    return 0;
  },

  async stop() {
    const users = await keepPrivateEngine(false);
    console.error(
      users.length === 0
        ? 'the private engine is stopped'
        : `the private engine stops when process ${users.join(', ')} has ended`,
    );
    return 0;
  },

  async status() {
    const { running, host, kept, pids, logFile } = await privateEngineStatus();
    const use = [kept ? 'kept' : [], pids.length > 0 ? `used by process ${pids.join(', ')}` : []].flat().join(', ');
    console.log(running ? `running at ${host} (${use || 'unused'}), log ${logFile}` : 'not running');
    return running ? 0 : 1;
  },

  async env() {
    const { running, host } = await privateEngineStatus();
    if (!running) throw new Refusal('no private engine runs: `npm run engine -- start` starts one');
    console.log(`export DOCKER_HOST=${host}`);
    return 0;
  },
};

await runAsCommand(async () => {
  const command = commands[process.argv[2] ?? ''];
  if (command !== undefined) return command();
  throw new Refusal(`usage: npm run engine -- ${Object.keys(commands).join('|')}`);
});
