import { Engine } from '@docker-tracker/engine-client';
import { inColumns } from './report/columns.js';
import { median, quantile } from './report/quantiles.js';
import { surroundings } from './report/surroundings.js';
import type { BareCalls } from './wait-latency/bare-process.js';
import type { RunCommand } from './wait-latency/job-end.js';
import { MeasuredProcess } from './wait-latency/measured-process.js';
import type { PollCalls } from './wait-latency/poll-process.js';
import type { TrackerCalls } from './wait-latency/tracker-process.js';

// How long after the engine's own `die` is the end of a job known? Three ways, each in a process of its own, jobs one
// after the other. The tracker and the bare reader are measured on the same jobs: both only listen to the stream. The
// poll has every second job for itself, since its inspects take the lock that the engine needs to end the container.

const JOBS = 20;
/** Compiled code and open connections belong to the first jobs. */
const WARM_UP = 2;
/** How far the tracker may be behind the bare reader, in the median. */
const TARGET_MS = 3;

const COMMANDS: readonly { readonly title: string; readonly command: RunCommand }[] = [
  { title: 'sleep 0.3', command: ['sleep', '0.3'] },
  { title: 'true (often over before its submission is)', command: ['true'] },
];

interface Latencies {
  readonly bare: readonly number[];
  readonly tracker: readonly number[];
  readonly poll: readonly number[];
}

// The jobs that run are seen through to their end, so that none is left behind.
for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, () => (process.exitCode = 130));

await using engine = await Engine.connect();
await using bare = await start<BareCalls>('bare');
await using tracker = await start<TrackerCalls>('tracker');
await using poll = await start<PollCalls>('poll');

console.log(`from the engine's die to the known end, ${JOBS} jobs each\n${await surroundings(engine)}`);
for (const { title, command } of COMMANDS) {
  const latencies = await measure(command);
  if (latencies === undefined) break;
  const behind = median(latencies.tracker) - median(latencies.bare);
  console.log(`\n${title}\n${tableOf(latencies)}`);
  if (command[0] !== 'sleep') continue;
  const verdict = behind <= TARGET_MS ? 'met' : 'MISSED';
  console.log(
    `wait is ${behind.toFixed(2)} ms behind the bare reader in the median, target ${TARGET_MS} ms: ${verdict}`,
  );
  if (behind > TARGET_MS) process.exitCode = 1;
}

async function start<Calls extends object>(name: string): Promise<MeasuredProcess<Calls>> {
  return MeasuredProcess.start<Calls>(new URL(`wait-latency/${name}-process.js`, import.meta.url));
}

async function measure(command: RunCommand): Promise<Latencies | undefined> {
  const latencies = { bare: [] as number[], tracker: [] as number[], poll: [] as number[] };
  for (let job = 0; job < WARM_UP + JOBS; job += 1) {
    const ours = await tracker.call('run', command);
    const ourDeath = await bare.call('death', ours.id);
    const polled = await poll.call('run', command);
    const polledDeath = await bare.call('death', polled.id);
    if (process.exitCode === 130) return undefined;
    if (job < WARM_UP) continue;
    latencies.tracker.push(ours.knownAtMs - ourDeath.diedAtMs);
    latencies.bare.push(ourDeath.knownAtMs - ourDeath.diedAtMs);
    latencies.poll.push(polled.knownAtMs - polledDeath.diedAtMs);
  }
  return latencies;
}

function tableOf({ bare, tracker, poll }: Latencies): string {
  const row = (name: string, values: readonly number[]): readonly string[] => [
    name,
    ...[median(values), quantile(values, 0.95), Math.max(...values)].map((value) => value.toFixed(2)),
  ];
  return inColumns([
    ['milliseconds', 'median', 'p95', 'max'],
    row('bare undici read of /events', bare),
    row('tracker.wait', tracker),
    row('inspect every 100 ms', poll),
  ]);
}
