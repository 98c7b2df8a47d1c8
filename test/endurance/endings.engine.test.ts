import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { freshnessIs } from '../real-engine/onlooker.js';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { Rig } from '../real-engine/rig.js';
import { Faults } from './faults.js';
import { Workload } from './workload.js';

const JOBS = Number(process.env.DOCKER_TRACKER_ENDINGS ?? 1000);
const KILLS = 6;
/** One cut for so many jobs. */
const JOBS_PER_CUT = 4;
const AT_ONCE = 6;

describe('endings', () => {
  it.runIf(PRIVATE_ENGINES)(
    `of ${String(JOBS)} jobs are each told once, with the right status, while daemon and connections break${WHERE_PRIVATE}`,
    { timeout: JOBS * 5_000 + 120_000 },
    async () => {
      await using daemon = await privateEngine({ name: 'endings' });
      await using proxy = await EngineProxy.start({ upstream: daemon.host });
      await using rig = await Rig.open({ host: proxy.host, onlooker: daemon.host });
      const started = performance.now();
      const workload = new Workload(rig);
      const faults = new Faults({ daemon, proxy, tracker: rig.tracker });
      proxy.chaos({ seed: 20, rate: 0.02, only: /^GET/ });
      let begun = 0;
      const worker = async (): Promise<void> => {
        while (begun < JOBS) {
          begun += 1;
          if (begun % Math.ceil(JOBS / (KILLS + 1)) === 0) faults.kill();
          else if (begun % JOBS_PER_CUT === 0) faults.cut(begun % (3 * JOBS_PER_CUT) === 0 ? 'twice' : 'once');
          await workload.one();
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, worker));
      await faults.settled();
      proxy.chaos(undefined);
      await freshnessIs(rig.tracker, 'live');
      workload.judgeLeft();

      const { jobs, refused, expected, seen, wrongStatuses, forgotten } = workload.counts;
      const { kills, cuts } = faults.counts;
      const broken = [...proxy.struck].map(([kind, count]) => `${kind} ${String(count)}`).join(', ');
      const streams = proxy.requests.filter(({ path }) => path.includes('/events?') && !path.includes('until=')).length;
      process.stdout.write(
        [
          `jobs ${String(jobs)}, submissions refused in a fault and repeated ${String(refused)}`,
          `endings expected ${String(expected)}, seen ${String(seen)}, wrong statuses ${String(wrongStatuses)}`,
          `exit codes told and then forgotten by a killed engine ${String(forgotten)}`,
          `daemon killed and started ${String(kills)} times, event stream cut ${String(cuts)} times, opened ${String(streams)} times`,
          `exchanges broken besides: ${broken}`,
          `seconds ${((performance.now() - started) / 1000).toFixed(0)}`,
          '',
        ].join('\n'),
      );
      expect(workload.wrong).toEqual([]);
      expect(seen).toBe(expected);
      expect(expected).toBe(JOBS);
      expect(kills).toBe(KILLS);
      expect(cuts).toBeGreaterThan(JOBS / JOBS_PER_CUT / 2);
    },
  );
});
