import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy, type ProxiedRequest } from '../engine-proxy/index.js';
import { FakeEngine } from '../fake-engine/index.js';
import { Rig, sleeping, turn } from './rig.js';

const SILENCE_MS = 200;

/** A tracker that reaches the engine over TCP. */
async function overTcp(
  headersMs = 60_000,
): Promise<{ readonly rig: Rig; readonly proxy: EngineProxy } & AsyncDisposable> {
  const fake = await FakeEngine.start();
  const proxy = await EngineProxy.start({ upstream: fake.host, listen: 'tcp' });
  const engine = await Engine.connect({ host: proxy.host, timeouts: { silenceMs: SILENCE_MS, headersMs } });
  const rig = await Rig.on(fake, { engine });
  return {
    rig,
    proxy,
    [Symbol.asyncDispose]: async () => {
      await rig[Symbol.asyncDispose]();
      await engine.close();
      await proxy.close();
    },
  };
}

const isStream = ({ path }: ProxiedRequest): boolean => path.includes('/events?') && !path.includes('until=');
const isAudit = ({ path }: ProxiedRequest): boolean => path.includes('/events?') && path.includes('until=');

describe('an event stream over a network', () => {
  it('F52: that swallows everything without a word is noticed, and the view is right again', async () => {
    await using opened = await overTcp();
    const { rig, proxy } = opened;
    const id = await rig.tracker.addJob(sleeping());
    const healed = rig.nextLive();
    // The head and perhaps something of the replay arrive, and then nothing for ever.
    proxy.break(isStream, { kind: 'stall', atByte: 300, ms: 600_000 });
    proxy.cutEvents();
    await healed;
    await rig.fake.exit(id, 9);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 9 });
    await rig.isLive();
    // The first one, the one that swallows, and the one after it.
    expect(proxy.count(isStream)).toBeGreaterThan(2);
    rig.ledger.expectEndings(new Map([[id, 9]]));
    await rig.expectConverged();
  });

  it('F52: so is an engine that answers nothing any more', async () => {
    await using opened = await overTcp(3_000);
    const { rig, proxy } = opened;
    const id = await rig.tracker.addJob(sleeping());
    proxy.stall();
    const healed = rig.nextLive();
    await rig.fake.exit(id, 9);
    await rig.isStale();
    proxy.resume();
    await healed;
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 9 });
    rig.ledger.expectEndings(new Map([[id, 9]]));
  });

  it('F28: that is silent because nothing happens is asked about, and left as it is', async () => {
    await using opened = await overTcp();
    const { rig, proxy } = opened;
    await rig.tracker.addJob(sleeping());
    const streams = proxy.count(isStream);
    await proxy.waitForRequest(isAudit, { count: proxy.count(isAudit) + 3 });
    expect(proxy.count(isStream)).toBe(streams);
    expect(rig.freshness).toEqual(['live']);
  });

  it('F28: that is busy is neither cut nor asked about', async () => {
    await using opened = await overTcp();
    const { rig, proxy } = opened;
    const id = await rig.tracker.addJob(sleeping());
    const before = proxy.requests.length;
    const until = performance.now() + 4 * SILENCE_MS;
    for (let round = 0; performance.now() < until; round += 1) {
      await rig.onlooker.containers.rename(id, { name: `name-${round}` });
      await turn();
    }
    expect(proxy.requests.slice(before).filter((request) => isStream(request) || isAudit(request))).toEqual([]);
    expect(rig.freshness).toEqual(['live']);
  });

  it.each([
    ['with a job that runs', true, true],
    ['with a job that runs, and no `ps` there', true, false],
    ['without a job that runs', false, true],
  ])('F28: from a host that is busy with other things is left as it is, %s', async (_title, running, hasPs) => {
    await using opened = await overTcp();
    const { rig, proxy } = opened;
    rig.fake.model.hasPs = hasPs;
    const [id = ''] = await rig.submit(1);
    if (!running) await rig.fake.exit(id, 0);
    const streams = proxy.count(isStream);
    for (let round = 0; round < 3; round += 1) await forgetBetweenAudits(rig, proxy);
    expect(proxy.count(isStream)).toBe(streams);
    expect(rig.freshness).toEqual(['live']);
  });

  it.each([
    ['a stop by signal', ({ onlooker }: Rig, id: string) => onlooker.containers.kill(id, { signal: 'SIGSTOP' })],
    ['an end', ({ fake }: Rig, id: string) => fake.exit(id, 9)],
    ['an end, and no `ps`,', ({ fake }: Rig, id: string) => ((fake.model.hasPs = false), fake.exit(id, 9))],
  ])(
    'F52: from such a host that swallows %s is noticed though the engine has forgotten it',
    async (_title, happens) => {
      await using opened = await overTcp();
      const { rig, proxy } = opened;
      const [id = ''] = await rig.submit(1);
      const healed = rig.nextLive();
      proxy.break(isStream, { kind: 'stall', atByte: 300, ms: 600_000 });
      proxy.cutEvents();
      await healed;
      const again = rig.nextLive();
      await happens(rig, id);
      await forgetEvents(rig);
      await again;
      await rig.expectConverged();
      expect(rig.job(id)?.state).not.toBe('Running');
    },
  );

  it('F52: whose engine was restarted behind a connection that stayed is opened anew', async () => {
    await using opened = await overTcp();
    const { rig, proxy } = opened;
    const id = await rig.tracker.addJob(sleeping());
    const healed = rig.nextLive();
    proxy.break(isStream, { kind: 'stall', atByte: 300, ms: 600_000 });
    proxy.cutEvents();
    await healed;
    await rig.fake.exit(id, 9);
    rig.fake.model.bus.forget();
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 9 });
    rig.ledger.expectEndings(new Map([[id, 9]]));
  });
});

describe('an event stream on a socket of this host', () => {
  it('is never asked about', async () => {
    await using rig = await Rig.open();
    await using engine = await Engine.connect({ host: rig.fake.host, timeouts: { silenceMs: 1 } });
    await using tracker = await DockerTracker.open({ session: rig.session, engine });
    expect(engine.silenceMs).toBe(0);
    const id = await tracker.addJob(sleeping());
    await tracker.jobInfo(id);
    const { length } = rig.fake.requests;
    const until = performance.now() + 50;
    while (performance.now() < until) await turn();
    expect(rig.fake.requests.slice(length)).toEqual([]);
  });
});

/** What the engine remembered at one audit is forgotten at the next. */
async function forgetBetweenAudits(rig: Rig, proxy: EngineProxy): Promise<void> {
  await proxy.waitForRequest(isAudit, { count: proxy.count(isAudit) + 1 });
  await forgetEvents(rig);
  await proxy.waitForRequest(isAudit, { count: proxy.count(isAudit) + 1 });
}

/** The engine's memory is full of what somebody's network does. */
async function forgetEvents({ fake }: Rig): Promise<void> {
  for (let index = 0; index < 300; index += 1)
    await fake.emit({ type: 'network', action: 'connect', actorId: 'n1', attributes: { name: 'other' } });
}
