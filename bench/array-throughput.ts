import { randomBytes } from 'node:crypto';
import { DockerTracker } from '@docker-tracker/tracker';
import { Engine, engineTime, type EngineEvent } from '@docker-tracker/engine-client';
import { machine } from './machine.js';

// An array of short tasks, throttled and not, beside a loop that submits one job after the other and does not wait for their ends.
// How many ran at once is read from the engine's own events. Exit code 1 if there were more than allowed.

const TASKS = Number(process.argv[2] ?? 200);
const MAX_PARALLEL = 8;
const IMAGE = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';

const engine = await Engine.connect();
const session = `bench-array-${randomBytes(4).toString('hex')}`;
const tracker = await DockerTracker.open({ session, engine, network: 'none' });
const template = { jobCategory: IMAGE, remoteCommand: 'sleep', args: ['1'] };
const events: EngineEvent[] = [];
const stop = new AbortController();
const watching = new Promise<void>((resolve) => {
  engine
    .watchEvents({
      since: engineTime(BigInt(Date.now()) * 1_000_000n),
      filters: { label: [`drmaa2_jobsession=${session}`] },
      signal: stop.signal,
      onOpen: resolve,
      onEvent: (event) => events.push(event),
    })
    .catch(() => undefined);
});
// Two hundred containers are not to be left behind by Ctrl-C.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    process.exitCode = 130;
    stop.abort();
  });
}

try {
  await watching;
  console.log(`${String(TASKS)} tasks of sleep 1`);
  console.log(`${''.padEnd(36)}   seconds   most at once`);
  const throttled = await measure(`array, maxParallel ${String(MAX_PARALLEL)}`, () => array(MAX_PARALLEL));
  await measure('array, no limit', () => array(0));
  await measure('addJob, one after the other', oneAfterTheOther);
  if (throttled !== MAX_PARALLEL) process.exitCode = 1;
} catch (error) {
  if (!stop.signal.aborted) throw error;
} finally {
  await clean();
  stop.abort();
  await tracker.close();
}
console.log(await machine(engine));
await engine.close();

async function measure(what: string, work: () => Promise<readonly string[]>): Promise<number> {
  stop.signal.throwIfAborted();
  const start = performance.now();
  const ids = new Set(await work());
  await Promise.all([...ids].map((id) => tracker.wait(id, ['Done'], { signal: stop.signal })));
  const seconds = (performance.now() - start) / 1000;
  const most = mostAtOnce(ids);
  console.log(`${what.padEnd(36)} ${seconds.toFixed(1).padStart(9)} ${String(most).padStart(14)}`);
  await clean();
  return most;
}

async function array(maxParallel: number): Promise<readonly string[]> {
  return tracker.listArrayJobs(await tracker.addArrayJob(template, { begin: 1, end: TASKS, maxParallel }));
}

async function oneAfterTheOther(): Promise<readonly string[]> {
  const ids: string[] = [];
  for (let task = 0; task < TASKS; task += 1) ids.push(await tracker.addJob(template, { signal: stop.signal }));
  return ids;
}

function mostAtOnce(ids: ReadonlySet<string>): number {
  let now = 0;
  let most = 0;
  for (const { id, action } of events) {
    if (!ids.has(id)) continue;
    if (action === 'start') most = Math.max(most, (now += 1));
    if (action === 'die') now -= 1;
  }
  return most;
}

async function clean(): Promise<void> {
  for (const [id, { state }] of tracker.snapshot()) {
    if (state !== 'Done' && state !== 'Failed') await tracker.jobControl(id, 'terminate').catch(() => undefined);
    await tracker.deleteJob(id).catch(() => undefined);
  }
}
