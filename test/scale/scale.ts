import { cpus } from 'node:os';
import { runScale } from './scale-run.js';

// `npm run test:scale`: the figures of docs/scale.md. Exit code 1 where a bound does not hold.

const sizes = {
  full: { jobs: 100_000, running: 10_000, events: 1_000_000, bursts: 20, perSecond: 50_000 },
  // what a very busy engine emits, for the alarms that are raised without a reason
  ordinary: { jobs: 1_000, running: 500, events: 1_000_000, bursts: 20, perSecond: 2_000 },
  // as many jobs, in a minute or two
  jobs: { jobs: 100_000, running: 1_000, events: 50_000, bursts: 1, perSecond: 50_000 },
  small: { jobs: 2_000, running: 200, events: 10_000, bursts: 2, perSecond: 50_000 },
};

const [wanted = '--full'] = process.argv.slice(2);
const size = new Map(Object.entries(sizes)).get(wanted.replace('--', ''));
if (size === undefined) throw new TypeError(`${wanted} is none of --${Object.keys(sizes).join(', --')}`);
const violations = await runScale(size, (what, figure) => {
  say(`${what}: ${figure}`);
});
for (const violation of violations) say(`VIOLATION: ${violation}`);
const processor = cpus()[0]?.model.trim() ?? 'unknown processor';
say(`${String(cpus().length)} x ${processor}, Node ${process.version}, ${new Date().toISOString().slice(0, 10)}`);
if (violations.length > 0) process.exitCode = 1;

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
