import { randomBytes } from 'node:crypto';
import { Engine } from '@docker-tracker/engine-client';
import { DockerMonitor } from '@docker-tracker/monitor';
import { DockerTracker } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { machine } from './machine.js';
import { IMAGE } from './report/bench-image.js';
import { median, quantile } from './report/quantiles.js';
import { WallClock } from './wait-latency/wall-clock.js';

// How soon a live query shows what happened: from the engine's own stamp of a pause to `added` in `changes$({ state: 'Suspended' })`,
// with nineteen other queries open beside it.

const PAUSES = 200;
const QUERIES = 20;

await using engine = await Engine.connect();
const session = `bench-query-${randomBytes(4).toString('hex')}`;
const tracker = await DockerTracker.open({ session, network: 'none' });
const monitor = await DockerMonitor.open({ tracker });
const latenciesMs: number[] = [];
try {
  const id = await tracker.addJob({ jobCategory: IMAGE, remoteCommand: 'sleep', args: ['600'] });
  const filter = { session, state: 'Suspended' } as const;
  const others = Array.from({ length: QUERIES - 1 }, () => monitor.changes$(filter).subscribe());
  for (let turn = 0; turn < PAUSES; turn += 1) {
    const clock = new WallClock();
    let happenedMs = Number.NaN;
    const stamp = monitor.transitions$.subscribe(({ at }) => (happenedMs = Number(at / 1000n) / 1000));
    const shown = firstValueFrom(monitor.changes$(filter)).then(() => clock.nowMs());
    await engine.containers.pause(id);
    latenciesMs.push((await shown) - happenedMs);
    stamp.unsubscribe();
    const gone = firstValueFrom(monitor.changes$(filter));
    await engine.containers.unpause(id);
    await gone;
  }
  for (const other of others) other.unsubscribe();
} finally {
  for (const id of tracker.listJobs()) {
    await tracker.jobControl(id, 'terminate');
    await tracker.deleteJob(id);
  }
  await monitor.close();
  await tracker.close();
}
const shownAs = (ms: number): string => `${ms.toFixed(2)} ms`;
console.log(
  `${String(PAUSES)} pauses, ${String(QUERIES)} queries: median ${shownAs(median(latenciesMs))}, p95 ${shownAs(quantile(latenciesMs, 0.95))}, most ${shownAs(Math.max(...latenciesMs))}`,
);
console.log(await machine(engine));
