import { runAsCommand } from './command.mjs';
import { runWithEngine } from './run-with-engine.mjs';

// `npm start`: from a fresh clone to real jobs on a real engine.

await runAsCommand((interruption) =>
  runWithEngine('examples/dist/mixed-workload.js', process.argv.slice(2), interruption),
);
