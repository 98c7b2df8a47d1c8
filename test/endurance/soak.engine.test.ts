import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { freshnessIs } from '../real-engine/onlooker.js';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { Rig } from '../real-engine/rig.js';
import { Faults } from './faults.js';
import { Workload } from './workload.js';

const MINUTES = Number(process.env.DOCKER_TRACKER_SOAK_MINUTES ?? 1);
const AT_ONCE = 6;
const MEGABYTE = 1_048_576;

/** One after the other, each after so many jobs. */
const FAULTS: readonly ((faults: Faults) => void)[] = [
  (faults) => {
    faults.cut('once');
  },
  (faults) => {
    faults.stall(500);
  },
  (faults) => {
    faults.cut('twice');
  },
  (faults) => {
    faults.freeze(500);
  },
  (faults) => {
    faults.cut('once');
  },
  (faults) => {
    faults.kill();
  },
];
const JOBS_PER_FAULT = 5;

describe('a soak', () => {
  it.runIf(PRIVATE_ENGINES)(
    `of ${String(MINUTES)} min under faults loses no ending, and neither memory nor handles${WHERE_PRIVATE}`,
    { timeout: MINUTES * 60_000 + 600_000 },
    async () => {
      await using daemon = await privateEngine({ name: 'soak' });
      await using proxy = await EngineProxy.start({ upstream: daemon.host });
      await using rig = await Rig.open({ host: proxy.host, onlooker: daemon.host });
      const workload = new Workload(rig);
      const faults = new Faults({ daemon, proxy, tracker: rig.tracker });
      // What the first jobs load and cache is no leak.
      await Promise.all(Array.from({ length: AT_ONCE }, () => workload.one()));
      const before = resources();
      proxy.chaos({ seed: 30, rate: 0.02, only: /^GET/ });
      const end = performance.now() + MINUTES * 60_000;
      let [begun, reconnects] = [0, 0];
      const count = (): void => {
        reconnects += proxy.requests.filter(({ path }) => /\/events\?(?!.*until=)/.test(path)).length;
        proxy.clearRequests();
      };
      const worker = async (): Promise<void> => {
        while (performance.now() < end) {
          begun += 1;
          if (begun % JOBS_PER_FAULT === 0) {
            count();
            FAULTS[(begun / JOBS_PER_FAULT) % FAULTS.length]?.(faults);
          }
          await workload.one();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      await faults.settled();
      proxy.chaos(undefined);
      await freshnessIs(rig.tracker, 'live');
      count();
      workload.judgeLeft();

      const after = resources();
      const { jobs, refused, expected, seen, wrongStatuses, forgotten } = workload.counts;
      const { cuts, kills, freezes, stalls } = faults.counts;
      const broken = [...proxy.struck].map(([kind, times]) => `, ${kind} ${String(times)}`).join('');
      process.stdout.write(
        [
          `jobs run ${String(jobs)}, submissions refused in a fault and repeated ${String(refused)}`,
          `endings expected ${String(expected)}, seen ${String(seen)}, wrong statuses ${String(wrongStatuses)}`,
          `exit codes told and then forgotten by a killed engine ${String(forgotten)}`,
          `faults: cut ${String(cuts)}, daemon killed ${String(kills)}, daemon stopped for 500 ms ${String(freezes)}, stalled for 500 ms ${String(stalls)}${broken}`,
          `reconnects ${String(reconnects)}`,
          `RSS ${before.rss.toFixed(0)} MB at the start, ${after.rss.toFixed(0)} MB at the end`,
          `open handles ${String(before.handles)} at the start, ${String(after.handles)} at the end`,
          '',
        ].join('\n'),
      );
      expect(workload.wrong).toEqual([]);
      expect(seen).toBe(expected);
      expect(after.handles).toBeLessThan(before.handles + 20);
      expect(after.rss).toBeLessThan(before.rss + 200);
    },
  );
});

function resources(): { readonly rss: number; readonly handles: number } {
  return { rss: process.memoryUsage().rss / MEGABYTE, handles: process.getActiveResourcesInfo().length };
}
