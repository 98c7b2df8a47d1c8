import { existsSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { PlainEngine } from '../contract/plain-engine.js';
import { FakeEngine } from '../fake-engine/index.js';
import { EngineProxy } from './index.js';

const JOB = { Image: 'busybox:latest', Cmd: ['sh', '-c', 'echo out'], HostConfig: { NetworkMode: 'none' } };

async function proxied() {
  const fake = await FakeEngine.start();
  const proxy = await EngineProxy.start({ upstream: fake.host });
  const client = new PlainEngine(proxy.host);
  return {
    fake,
    proxy,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await proxy.close();
      await fake.close();
    },
  };
}

describe('EngineProxy', () => {
  it('counts requests and connections at the socket', async () => {
    await using rig = await proxied();
    await rig.client.call('GET', '/v1.41/containers/json?all=1');
    await rig.client.call('POST', '/containers/create?name=a-job', JOB);
    expect(rig.proxy.requests.map(({ method, route }) => `${method} ${route}`)).toEqual([
      'GET /containers/json',
      'POST /containers/create',
    ]);
    expect(rig.proxy.count('GET **')).toBe(1);
    expect(rig.proxy.connectionCount).toBeGreaterThan(0);
    expect(rig.proxy.openConnections).toBe(rig.fake.openSockets);
  });

  it('cuts event streams alone', async () => {
    await using rig = await proxied();
    const events = await rig.client.open('GET', '/events');
    const id = await rig.fake.jobs.create({ ...JOB, Cmd: ['sleep', '60'] });
    await rig.client.call('POST', `/containers/${id}/start`);
    const waiting = await rig.client.open('POST', `/containers/${id}/wait`);
    expect(rig.proxy.cutEvents()).toBe(1);
    await expect(events.done).rejects.toThrow();
    await rig.fake.exit(id, 7);
    expect(JSON.parse(await waiting.done)).toMatchObject({ StatusCode: 7 });
  });

  it('holds the answer to a request that the engine has executed', async () => {
    await using rig = await proxied();
    const hold = rig.proxy.hold('POST /containers/create');
    const executed = rig.fake.nextEvent(({ action }) => action === 'create');
    const answer = rig.client.call('POST', '/containers/create?name=held', JOB);
    await executed;
    expect(hold.requests.length).toBe(1);
    hold.release();
    expect((await answer).status).toBe(201);
  });

  it('is gone while down, and back when up', async () => {
    await using rig = await proxied();
    await rig.proxy.down();
    await expect(rig.client.call('GET', '/_ping')).rejects.toThrow();
    await rig.proxy.up();
    expect((await rig.client.call('GET', '/_ping')).text).toBe('OK');
  });

  it('changes no byte, however it cuts the pieces', async () => {
    await using rig = await proxied();
    for (let index = 0; index < 20; index += 1) await rig.fake.jobs.create({ ...JOB, name: `job-${index}` });
    const whole = await rig.client.call('GET', '/containers/json?all=1');
    rig.proxy.rechunk({ kind: 'pieces', size: 1 });
    expect((await rig.client.call('GET', '/containers/json?all=1')).text).toBe(whole.text);
    rig.proxy.rechunk({ kind: 'random', seed: 7, most: 64 });
    expect((await rig.client.call('GET', '/containers/json?all=1')).text).toBe(whole.text);
  });

  it('cuts an answer at a byte, and stalls half-open', async () => {
    await using rig = await proxied();
    const stream = await rig.client.open('GET', '/events');
    rig.proxy.cutAfterBytes('GET /events', 10);
    await rig.fake.jobs.create(JOB);
    await expect(stream.done).rejects.toThrow();
    rig.proxy.stall();
    const answer = rig.client.call('GET', '/_ping');
    await rig.fake.waitForRequest('GET /_ping');
    rig.proxy.resume();
    expect((await answer).text).toBe('OK');
  });

  it('passes upgrades and half-closes through', async () => {
    await using rig = await proxied();
    const id = await rig.fake.jobs.create({ ...JOB, Cmd: ['wc', '-c'], OpenStdin: true, StdinOnce: true });
    const socket = await rig.client.upgrade(`/containers/${id}/attach?stream=1&stdin=1&stdout=1`);
    await rig.client.call('POST', `/containers/${id}/start`);
    socket.end('12345');
    const chunks: Buffer[] = [];
    for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
    expect(Buffer.concat(chunks).subarray(8).toString()).toBe('5\n');
  });

  it('leaves no socket behind', async () => {
    await using fake = await FakeEngine.start();
    const proxy = await EngineProxy.start({ upstream: fake.host });
    await proxy.close();
    expect(existsSync(proxy.host.slice('unix://'.length))).toBe(false);
  });
});
