import { runAsCommand } from './command.mjs';
import { runWithEngine } from './run-with-engine.mjs';

// `npm run bench:NAME`: one measurement of the folder bench/, on a real engine.

const [name = '', ...benchArguments] = process.argv.slice(2);

await runAsCommand((interruption) => runWithEngine(`bench/dist/${name}.js`, benchArguments, interruption));
