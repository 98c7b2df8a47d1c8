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

  it('loses a request before the engine sees it, or the answer once it has', async () => {
    await using rig = await proxied();
    rig.proxy.break('POST /containers/create', { kind: 'lose-request' });
    await expect(rig.client.call('POST', '/containers/create?name=lost', JOB)).rejects.toThrow();
    rig.proxy.break('POST /containers/create', { kind: 'cut', atByte: 0 });
    await expect(rig.client.call('POST', '/containers/create?name=made', JOB)).rejects.toThrow();
    const rows = JSON.parse((await rig.client.call('GET', '/containers/json?all=1')).text) as { Names: string[] }[];
    expect(rows.map(({ Names }) => Names)).toEqual([['/made']]);
    expect([...rig.proxy.struck]).toEqual([
      ['lose-request', 1],
      ['cut', 1],
    ]);
  });

  it('answers in place of the engine, or in place of its answer', async () => {
    await using rig = await proxied();
    rig.proxy.break('POST /containers/create', { kind: 'refuse', status: 503 });
    expect((await rig.client.call('POST', '/containers/create?name=refused', JOB)).status).toBe(503);
    rig.proxy.break('POST /containers/create', { kind: 'fail', status: 500 });
    expect((await rig.client.call('POST', '/containers/create?name=made', JOB)).status).toBe(500);
    const rows = JSON.parse((await rig.client.call('GET', '/containers/json?all=1')).text) as { Names: string[] }[];
    expect(rows.map(({ Names }) => Names)).toEqual([['/made']]);
  });

  it.each([
    [{ kind: 'close-after-head' }, undefined],
    [{ kind: 'garble', atByte: 3 }, /\0/],
    [{ kind: 'delay', ms: 1 }, /busybox/],
    [{ kind: 'stall', atByte: 100, ms: 1 }, /busybox/],
    [{ kind: 'split' }, /busybox/],
    [{ kind: 'coalesce', ms: 1 }, /busybox/],
  ] as const)('breaks one answer by %j, and not the next', async (fault, expected) => {
    await using rig = await proxied();
    await rig.fake.jobs.create(JOB);
    const whole = await rig.client.call('GET', '/containers/json?all=1');
    rig.proxy.break('GET /containers/json', fault);
    const broken = rig.client.call('GET', '/containers/json?all=1');
    if (expected === undefined) await expect(broken).rejects.toThrow();
    else expect((await broken).text).toMatch(expected);
    expect((await rig.client.call('GET', '/containers/json?all=1')).text).toBe(whole.text);
    expect([...rig.proxy.struck]).toEqual([[fault.kind, 1]]);
  });

  it('repeats events and lets those of two containers change places', async () => {
    await using rig = await proxied();
    rig.proxy.break('GET /events', { kind: 'reshuffle', seed: 1 });
    for (let index = 0; index < 20; index += 1) await rig.fake.jobs.create({ ...JOB, name: `job-${index}` });
    const until = String(Math.ceil(Date.now() / 1000) + 1);
    const { text } = await rig.client.call('GET', `/events?since=0&until=${until}`);
    const plain = await rig.client.call('GET', `/events?since=0&until=${until}`);
    const [lines, original] = [text.trim().split('\n'), plain.text.trim().split('\n')];
    expect(lines.length).toBeGreaterThan(original.length);
    expect(new Set(lines)).toEqual(new Set(original));
  });

  it('breaks exchanges at random until it is told to stop', async () => {
    await using rig = await proxied();
    rig.proxy.chaos({ seed: 1, rate: 1, only: 'GET /_ping' });
    const answers = await Promise.allSettled(Array.from({ length: 40 }, () => rig.client.call('GET', '/_ping')));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set(['fulfilled', 'rejected']));
    expect(rig.proxy.struck.size).toBeGreaterThan(3);
    rig.proxy.chaos(undefined);
    expect((await rig.client.call('GET', '/_ping')).text).toBe('OK');
  });

  it('leaves no socket behind', async () => {
    await using fake = await FakeEngine.start();
    const proxy = await EngineProxy.start({ upstream: fake.host });
    await proxy.close();
    expect(existsSync(proxy.host.slice('unix://'.length))).toBe(false);
  });
});
