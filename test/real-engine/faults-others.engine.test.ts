import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged, jobWhere, TransitionLog } from './convergence.js';
import { freshnessIs, said } from './onlooker.js';
import { engineHost, Rig } from './rig.js';

describe("what others do behind the tracker's back", () => {
  it.each(['while it looks', 'while its way to the engine is broken'])(
    '%s is seen: a container created, renamed, restarted, removed',
    async (when) => {
      await using proxy = await EngineProxy.start({ upstream: engineHost() });
      await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
      const { containers } = rig.engine;
      const log = new TransitionLog(rig.tracker);
      const [renamed, restarted, removed] = await Promise.all([rig.sleeper(), rig.waiter(5), rig.sleeper()]);
      await said(rig.tracker, restarted, 'ready');
      const first = rig.tracker.snapshot().get(restarted)?.startedAt;
      const broken = when !== 'while it looks';
      if (broken) await proxy.down();

      const created = await rig.create();
      await containers.start(created);
      const name = `by-hand-${rig.session}`;
      await containers.rename(renamed, { name });
      await containers.restart(restarted, { t: 30 });
      await containers.remove(removed, { force: true, v: true });

      if (broken) await proxy.up();
      await jobWhere(rig.tracker, restarted, ({ startedAt }) => startedAt !== undefined && startedAt !== first);
      await freshnessIs(rig.tracker, 'live');
      await converged(rig.tracker, rig.engine, [renamed, restarted, created]);
      expect(rig.tracker.snapshot().get(renamed)?.containerName).toBe(name);
      expect(log.endings(renamed)).toEqual([]);
      expect(log.endings(created)).toEqual([]);
      expect(log.endings(restarted).map(({ job }) => job.exitStatus)).toEqual([5]);
      expect(log.endings(removed).map(({ job }) => job.exitStatus)).toEqual([137]);
      expect(await rig.tracker.jobState(removed)).toEqual({ state: 'Failed', subState: 'removed' });
      expect(log.breaks()).toEqual([]);
    },
  );
});
