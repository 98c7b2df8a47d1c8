import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { converged, jobWhere, TransitionLog } from './convergence.js';
import { docker } from '../../setup/docker-command.mjs';
import { freshnessIs, said } from './onlooker.js';
import { PRIVATE_ENGINES, WHERE_PRIVATE } from './private-engines.js';
import { engineHost, IMAGE, Rig, SESSION_LABEL } from './rig.js';

/** Somebody who knows nothing of the tracker. */
interface Other {
  create(): Promise<string>;
  rename(id: string, name: string): Promise<unknown>;
  restart(id: string): Promise<unknown>;
  remove(id: string): Promise<unknown>;
}

const SITUATIONS = ['while it looks', 'while its way to the engine is broken'];

describe("what others do behind the tracker's back", () => {
  it.each(SITUATIONS)('%s is seen: a container created, renamed, restarted, removed', (when) =>
    isSeen(when === 'while it looks', overTheApi),
  );

  it.runIf(PRIVATE_ENGINES).each(SITUATIONS)(
    `by the docker command %s is seen: a container created, renamed, restarted, removed${WHERE_PRIVATE}`,
    (when) => isSeen(when === 'while it looks', byCommand),
  );
});

async function isSeen(looking: boolean, otherOf: (rig: Rig) => Other): Promise<void> {
  await using proxy = await EngineProxy.start({ upstream: engineHost() });
  await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
  const other = otherOf(rig);
  const log = new TransitionLog(rig.tracker);
  const [renamed, restarted, removed] = await Promise.all([rig.sleeper(), rig.waiter(5), rig.sleeper()]);
  await said(rig.tracker, restarted, 'ready');
  const first = rig.tracker.snapshot().get(restarted)?.startedAt;
  if (!looking) await proxy.down();

  const created = await other.create();
  const name = `by-hand-${rig.session}`;
  await other.rename(renamed, name);
  await other.restart(restarted);
  await other.remove(removed);

  if (!looking) await proxy.up();
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
}

function overTheApi(rig: Rig): Other {
  const { containers } = rig.engine;
  return {
    async create() {
      const id = await rig.create();
      await containers.start(id);
      return id;
    },
    rename: (id, name) => containers.rename(id, { name }),
    restart: (id) => containers.restart(id, { t: 30 }),
    remove: (id) => containers.remove(id, { force: true, v: true }),
  };
}

function byCommand(rig: Rig): Other {
  const host = engineHost();
  const label = `${SESSION_LABEL}=${rig.session}`;
  return {
    create: () => docker(host, 'run', '--detach', '--network', 'none', '--label', label, IMAGE, 'sleep', '600'),
    rename: (id, name) => docker(host, 'rename', id, name),
    restart: (id) => docker(host, 'restart', '--time', '30', id),
    remove: (id) => docker(host, 'rm', '--force', '--volumes', id),
  };
}
