import { runAsCommand } from './command.mjs';
import { runWithEngine } from './run-with-engine.mjs';

// `npm run docs:top`: docs/top.svg, drawn anew over real jobs.

await runAsCommand((interruption) => runWithEngine('test/dist/cli/draw-top.js', process.argv.slice(2), interruption));
