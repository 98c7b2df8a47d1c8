import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PlainEngine } from '../contract/plain-engine.js';
import { FakeEngine, type EngineName } from './index.js';

const JOB = { Image: 'busybox:latest', Cmd: ['sleep', '60'], HostConfig: { NetworkMode: 'none' } };
const ALWAYS = { ...JOB, StopSignal: 'SIGTERM', HostConfig: { RestartPolicy: { Name: 'always' } } };

/** A fake with one running job. */
async function running(
  options: Parameters<typeof FakeEngine.start>[0] = {},
  body: Parameters<FakeEngine['jobs']['create']>[0] = JOB,
) {
  const fake = await FakeEngine.start(options);
  const client = new PlainEngine(fake.host);
  const id = await fake.jobs.create(body);
  await client.call('POST', `/containers/${id}/start`);
  return {
    fake,
    client,
    id,
    actions: () => fake.model.bus.history.filter(({ type }) => type === 'container').map(({ action }) => action),
    listed: async () => (await client.json<readonly { readonly State: string }[]>('/containers/json?all=1'))[0]?.State,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await fake.close();
    },
  };
}

describe('orderings of the fake engine', () => {
  it.each([
    ['20.10', ['die', 'wait', 'stop']],
    ['26.1', ['wait', 'stop', 'die']],
    ['29.1', ['wait', 'stop', 'die']],
  ] as const satisfies readonly (readonly [EngineName, readonly string[]])[])(
    'orders die, wait and stop as %s does',
    async (engine, order) => {
      await using rig = await running({ engine }, { ...JOB, HostConfig: { Init: true } });
      const seen: string[] = [];
      rig.fake.model.bus.listen(({ action }) => {
        if (['die', 'stop'].includes(action)) seen.push(action);
      });
      const { result } = rig.fake.model.containers.find(rig.id).waiters.add('not-running');
      void result.then(() => seen.push('wait'));
      const died = rig.fake.nextEvent(({ action }) => action === order.at(-1));
      await rig.client.call('POST', `/containers/${rig.id}/stop`);
      await died;
      expect(seen).toEqual(order);
    },
  );

  it('lists one step behind a pause; inspect waits', async () => {
    await using rig = await running();
    const replica = rig.fake.holdReplica();
    const paused = rig.fake.nextEvent(({ action }) => action === 'pause');
    const answer = rig.client.call('POST', `/containers/${rig.id}/pause`);
    await paused;
    expect(await rig.listed()).toBe('running');
    replica.release();
    expect((await answer).status).toBe(204);
    expect(await rig.listed()).toBe('paused');
  });

  it.each([
    ['20.10', 'running'],
    ['29.1', 'exited'],
  ] as const)('lists after a die of %s: %s', async (engine, state) => {
    await using rig = await running({ engine });
    const replica = rig.fake.holdReplica();
    const died = rig.fake.nextEvent(({ action }) => action === 'die');
    const ended = rig.fake.exit(rig.id, 1);
    await died;
    expect(await rig.listed()).toBe(state);
    replica.release();
    await ended;
    expect(await rig.listed()).toBe('exited');
  });

  it('doubles the back-off of a policy on its own clock', async () => {
    await using rig = await running({ clock: 'manual' }, ALWAYS);
    const starts = (): number => rig.actions().filter((action) => action === 'start').length;
    await rig.fake.exit(rig.id, 1);
    for (const [waitMs, count] of [
      [99, 1],
      [1, 2],
    ] as const) {
      rig.fake.advance(waitMs);
      await rig.fake.model.containers.find(rig.id).lock.run(() => undefined);
      expect(starts()).toBe(count);
    }
    await rig.fake.exit(rig.id, 1);
    expect(rig.fake.model.containers.find(rig.id).backOffMs).toBe(200);
    await rig.fake.policyRestart(rig.id);
    expect(starts()).toBe(3);
  });
});

describe('restarts of the fake engine', () => {
  it('ends its jobs, forgets its ring, and starts what a policy wants', async () => {
    await using rig = await running({}, ALWAYS);
    const plain = await rig.fake.jobs.create(JOB);
    await rig.client.call('POST', `/containers/${plain}/start`);
    await rig.fake.restart();
    expect(rig.actions()).toEqual(['start']);
    expect(rig.fake.model.containers.find(rig.id).status).toBe('running');
    expect(await rig.client.json(`/containers/${plain}/json`)).toMatchObject({
      State: { Status: 'exited', ExitCode: 137 },
    });
  });

  it('keeps its jobs under live-restore, and tells nothing of those that ended meanwhile', async () => {
    await using rig = await running({ liveRestore: true });
    const ended = await rig.fake.jobs.create(JOB);
    await rig.client.call('POST', `/containers/${ended}/start`);
    await rig.fake.stop();
    await expect(rig.client.call('GET', '/_ping')).rejects.toThrow();
    await rig.fake.exit(ended, 9);
    await rig.fake.resume();
    expect(rig.actions()).toEqual([]);
    expect(rig.fake.model.containers.find(rig.id).status).toBe('running');
    expect(await rig.client.json(`/containers/${ended}/json`)).toMatchObject({
      State: { Status: 'exited', ExitCode: 9 },
    });
  });

  it('stops after a crash what ran on, before the API answers', async () => {
    await using rig = await running();
    await rig.fake.restart({ crash: true });
    expect(rig.actions()).toEqual(['kill', 'kill', 'die', 'stop']);
  });
});

describe('faults and counters of the fake engine', () => {
  it('holds an answer that was computed before', async () => {
    await using rig = await running();
    const hold = rig.fake.hold('GET /containers/json');
    const stale = rig.listed();
    await hold.first;
    await rig.fake.exit(rig.id, 1);
    hold.release();
    expect(await stale).toBe('running');
    expect(await rig.listed()).toBe('exited');
  });

  it('fails so many times, without executing', async () => {
    await using rig = await running();
    rig.fake.fail('POST /containers/*/kill', { status: 503, message: 'not now', times: 2 });
    const kill = () => rig.client.call('POST', `/v1.41/containers/${rig.id}/kill`);
    expect((await kill()).text).toBe('{"message":"not now"}\n');
    expect([(await kill()).status, (await kill()).status]).toEqual([503, 204]);
  });

  it('executes a request whose answer is lost', async () => {
    await using rig = await running();
    rig.fake.dropResponse('POST /containers/create');
    await expect(rig.client.call('POST', '/containers/create?name=lost', JOB)).rejects.toThrow();
    expect(rig.fake.jobs.container('lost').status).toBe('created');
  });

  it('cuts an answer after its header', async () => {
    await using rig = await running();
    rig.fake.cutAfterHeader('GET /containers/*/json');
    const answer = await rig.client.open('GET', `/containers/${rig.id}/json`);
    expect(answer.status).toBe(200);
    await expect(answer.done).rejects.toThrow();
    expect((await rig.client.call('GET', `/containers/${rig.id}/json`)).text).toContain(rig.id);
  });

  it('counts and awaits requests, versions aside', async () => {
    await using rig = await running();
    rig.fake.clearRequests();
    const third = rig.fake.waitForRequest('GET /containers/*/json', { count: 3 });
    for (const prefix of ['', '/v1.41', '/v1.40']) await rig.client.call('GET', `${prefix}/containers/${rig.id}/json`);
    expect((await third).apiVersion).toBe('1.40');
    expect([rig.fake.count('GET **'), rig.fake.count(/inspect/), rig.fake.requests.length]).toEqual([3, 0, 3]);
  });

  it('keeps health checks in the ring: three slots each', async () => {
    await using rig = await running({}, { ...JOB, Healthcheck: { Test: ['CMD', 'true'] } });
    await rig.fake.jobs.probe(rig.id);
    await rig.fake.jobs.probe(rig.id);
    const probe = ['exec_create: true ', 'exec_start: true ', 'exec_die'];
    expect(rig.actions().slice(2)).toEqual([...probe, 'health_status: healthy', ...probe]);
  });

  it('pulls with progress, and fails inside a 200', async () => {
    await using rig = await running();
    rig.fake.model.images.offer('tool:1', [{ status: 'Pulling' }, { status: 'Done' }]);
    rig.fake.model.images.offer('bad:1', [{ status: 'Pulling' }, { errorDetail: { message: 'gone' }, error: 'gone' }]);
    const pull = async (name: string) => (await rig.client.call('POST', `/images/create?fromImage=${name}&tag=1`)).text;
    expect((await pull('tool')).split('\r\n').length).toBe(3);
    expect(await pull('bad')).toContain('errorDetail');
    expect((await rig.client.call('GET', '/images/tool:1/json')).status).toBe(200);
    expect((await rig.client.call('GET', '/images/bad:1/json')).status).toBe(404);
  });

  it('leaves no socket behind, and listens on TCP as well', async () => {
    const fake = await FakeEngine.start();
    await fake.close();
    expect(existsSync(fake.host.slice('unix://'.length))).toBe(false);
    await using tcp = await FakeEngine.start({ listen: 'tcp', engine: '29.1' });
    await using client = new PlainEngine(tcp.host);
    expect((await client.call('GET', '/_ping')).headers['api-version']).toBe('1.52');
  });
});
