import { findChromium } from './chromium.mjs';
import { runAsCommand } from './command.mjs';
import { runWithEngine } from './run-with-engine.mjs';

// `npm run bench:NAME`: one measurement of the folder bench/, on a real engine.

const [name = '', ...benchArguments] = process.argv.slice(2);

await runAsCommand(async (interruption) => {
  // What shows the dashboard needs a browser, too.
  if (name.startsWith('dashboard')) process.env['DOCKER_TRACKER_CHROMIUM'] = await findChromium(console.error);
  return runWithEngine(`bench/dist/${name}.js`, benchArguments, interruption);
});
