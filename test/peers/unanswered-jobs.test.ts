import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { rejection, Rig, sleeping } from './rig.js';

const HOUR_MS = 3_600_000;
const FOR_EVER = { times: Number.POSITIVE_INFINITY };

/** The engine has no answer for this container, whoever asks. */
function silence(rig: Rig, id: string): void {
  rig.fake.fail(`GET /containers/${id}/json`, FOR_EVER);
}

async function doubtIs(rig: Rig, id: string, inDoubt: true | undefined): Promise<void> {
  await firstValueFrom(rig.tracker.jobs$.pipe(filter((jobs) => jobs.get(id)?.inDoubt === inDoubt)));
}

describe('a job for which the engine has no answer', () => {
  it('F42: keeps no tracker from opening, nor the other jobs from being seen', async () => {
    await using fake = await FakeEngine.start();
    await using other = await DockerTracker.open({ session: 'held', host: fake.host, network: 'none' });
    const [broken, running, ended] = [
      await other.addJob(sleeping()),
      await other.addJob(sleeping()),
      await other.addJob(sleeping()),
    ];
    await fake.exit(ended, 4);
    fake.fail(`GET /containers/${broken}/json`, FOR_EVER);
    await using tracker = await DockerTracker.open({ session: 'held', host: fake.host });
    expect(await firstValueFrom(tracker.freshness$)).toBe('live');
    const seen = [...tracker.snapshot().values()].map(({ id, state, inDoubt }) => [id, [state, inDoubt]]);
    expect(Object.fromEntries(seen)).toEqual({
      [broken]: ['Undetermined', true],
      [running]: ['Running', undefined],
      [ended]: ['Failed', undefined],
    });
    fake.clearFaults();
    const known = await firstValueFrom(tracker.job$(broken).pipe(filter(({ inDoubt }) => inDoubt === undefined)));
    expect(known.state).toBe('Running');
  });

  it('F42: is in doubt after a gap while the view is live for the rest, and what was removed meanwhile is gone', async () => {
    await using rig = await Rig.open();
    const [broken = '', ended = '', removed = ''] = await rig.submit(3);
    const gap = await rig.openGap();
    silence(rig, broken);
    await rig.fake.exit(ended, 7);
    await rig.fake.jobs.forget(removed);
    await forgetEvents(rig);
    await gap.close();
    expect(rig.job(broken)).toMatchObject({ state: 'Running', inDoubt: true });
    expect(rig.job(ended)).toMatchObject({ state: 'Failed', exitStatus: 7 });
    expect(rig.job(removed)).toBeUndefined();
    expect((await rig.tracker.jobInfo(broken)).annotation).toMatch(/does not answer for this job/);
    // The dispatcher works, which is what a view that is live is for.
    const waiting = await rig.tracker.addJob(sleeping({ startTime: new Date(Date.now() + 50).toISOString() }));
    await rig.tracker.wait(waiting, ['Running']);
  });

  it('F42: has its end told once, with its exit status, when the engine answers again', async () => {
    await using rig = await Rig.open();
    const [broken = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    silence(rig, broken);
    await rig.fake.exit(broken, 9);
    await forgetEvents(rig);
    await gap.close();
    expect(rig.ledger.endings(broken)).toEqual([]);
    const ended = rig.tracker.wait(broken, ['Failed']);
    rig.fake.clearFaults();
    expect(await ended).toMatchObject({ exitStatus: 9 });
    expect(rig.job(broken)?.inDoubt).toBeUndefined();
    rig.ledger.expectEndings(new Map([[broken, 9]]));
    await rig.expectConverged();
  });

  it.each(['while it is in doubt', 'in the gap after which it is'])(
    'F42: has its end told where the clock was set back %s',
    async (when) => {
      await using rig = await Rig.open();
      const [broken = ''] = await rig.submit(1);
      const gap = await rig.openGap();
      silence(rig, broken);
      if (when !== 'while it is in doubt') rig.fake.clock.jump(-HOUR_MS);
      await gap.close();
      expect(rig.job(broken)?.inDoubt).toBe(true);
      if (when === 'while it is in doubt') {
        rig.fake.clock.jump(-HOUR_MS);
        const healed = rig.nextLive();
        rig.fake.cutStreams();
        await healed;
      }
      rig.fake.clearFaults();
      await doubtIs(rig, broken, undefined);
      await rig.fake.exit(broken, 3);
      expect(await rig.tracker.wait(broken, ['Failed'])).toMatchObject({ exitStatus: 3 });
      rig.ledger.expectEndings(new Map([[broken, 3]]));
      await rig.expectConverged();
    },
  );

  it('F42: is seen to be stopped when the engine answers again', async () => {
    await using rig = await Rig.open();
    const [broken = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    silence(rig, broken);
    await rig.onlooker.containers.kill(broken, { signal: 'SIGSTOP' });
    await forgetEvents(rig);
    await gap.close();
    expect(rig.job(broken)).toMatchObject({ state: 'Running', inDoubt: true });
    rig.fake.clearFaults();
    await rig.tracker.wait(broken, ['Suspended']);
    await rig.expectConverged();
  });

  it('F42: holds up no later sync, and is known at once when one finds it answered for', async () => {
    await using rig = await Rig.open();
    const [broken = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    silence(rig, broken);
    await gap.close();
    rig.fake.clearFaults();
    const held = rig.fake.hold(`GET /containers/${broken}/json`);
    const healed = rig.nextLive();
    rig.fake.cutStreams();
    await held.first;
    await healed;
    expect(rig.job(broken)?.inDoubt).toBe(true);
    held.release();
    await doubtIs(rig, broken, undefined);
    await rig.expectConverged();
  });

  it('F42: leaves the view live when it is an event that asks, and is asked again by itself', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping({ extensionList: { restart: 'on-failure:1' } }));
    silence(rig, id);
    const lists = rig.fake.count('GET /containers/json');
    await rig.onlooker.containers.update(id, { RestartPolicy: { Name: 'no', MaximumRetryCount: 0 } });
    await rig.fake.exit(id, 3);
    await doubtIs(rig, id, true);
    rig.fake.clearFaults();
    await rig.tracker.wait(id, ['Failed']);
    await doubtIs(rig, id, undefined);
    expect(rig.freshness).toEqual(['live']);
    expect(rig.fake.count('GET /containers/json')).toBe(lists);
    rig.ledger.expectEndings(new Map([[id, 3]]));
  });

  it('F42: is in doubt after one answer that did not come in time', async () => {
    await using fake = await FakeEngine.start();
    await using engine = await Engine.connect({ host: fake.host, timeouts: { headersMs: 1_000 } });
    await using rig = await Rig.on(fake, { engine });
    const [stuck = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    const held = rig.fake.hold(`GET /containers/${stuck}/json`, { when: 'arrived' });
    await gap.close();
    expect(rig.job(stuck)).toMatchObject({ state: 'Running', inDoubt: true });
    expect(held.requests.length).toBe(1);
    held.release();
    await doubtIs(rig, stuck, undefined);
  });

  it('F42: may be deleted by somebody, and is gone then', async () => {
    await using rig = await Rig.open();
    const [broken = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    silence(rig, broken);
    await gap.close();
    await rig.onlooker.containers.remove(broken, { force: true });
    await firstValueFrom(rig.tracker.jobs$.pipe(filter((jobs) => !jobs.has(broken))));
    expect(await rig.tracker.jobState(broken)).toEqual({ state: 'Failed', subState: 'removed' });
  });

  it('F42: does not keep its tracker from closing, and is not asked about after that', async () => {
    await using rig = await Rig.open();
    const [broken = ''] = await rig.submit(1);
    const gap = await rig.openGap();
    silence(rig, broken);
    await gap.close();
    await rig.tracker.close();
    const asked = rig.fake.count(`GET /containers/${broken}/json`);
    expect((await rejection(rig.tracker.jobInfo(broken))).message).toMatch(/closed/);
    expect(rig.fake.count(`GET /containers/${broken}/json`)).toBe(asked);
  });
});

describe('a sync with many jobs over a connection on which every fifth inspect breaks', () => {
  it('F26: comes through, and tells each ending once', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(100);
    const meant = new Map(ids.map((id, index) => [id, index % 7]));
    const gap = await rig.openGap();
    let asked = 0;
    rig.fake.dropResponse(
      ({ method, route }) => method === 'GET' && /^\/containers\/[^/]+\/json$/.test(route) && (asked += 1) % 5 === 0,
      FOR_EVER,
    );
    for (const [id, code] of meant) await rig.fake.exit(id, code);
    await gap.close();
    expect(rig.freshness.filter((freshness) => freshness === 'stale').length).toBe(1);
    rig.ledger.expectEndings(meant);
    rig.fake.clearFaults();
    await rig.expectConverged();
  });
});

/** The engine's memory is full of what somebody's network does. */
async function forgetEvents({ fake }: Rig): Promise<void> {
  for (let index = 0; index < 300; index += 1)
    await fake.emit({ type: 'network', action: 'connect', actorId: 'n1', attributes: { name: 'other' } });
}
