import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { createInterface } from 'node:readline';
import { describe, expect, it } from 'vitest';
import { EventReader } from './event-stream.js';
import { FakeRig } from './fake-rig.js';

describe('one job', () => {
  it('is told with information, template and timeline', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job({ jobName: 'one', args: ['7'] });
    const { status, text } = await rig.get(`/jobs/${id}`);
    expect(status).toBe(200);
    expect(JSON.parse(text)).toMatchObject({
      job: { id, state: 'Running', jobName: 'one' },
      info: { id, state: 'Running', slots: 1 },
      template: { remoteCommand: 'sleep', args: ['7'] },
    });
  });

  it('shows values of its environment only with the token', async () => {
    await using rig = await FakeRig.open({ control: true });
    const id = await rig.job({ jobEnvironment: { PASSWORD: 'hunter2' } });
    expect((await rig.get(`/jobs/${id}`)).text).not.toContain('hunter2');
    expect((await rig.get(`/jobs/${id}`)).text).toContain('PASSWORD');
    const trusted = await rig.get(`/jobs/${id}`, { authorization: `Bearer ${rig.token ?? ''}` });
    expect(trusted.text).toContain('hunter2');
  });

  it.each(['', '/output', '/usage'])('that is unknown is not found (%s)', async (path) => {
    await using rig = await FakeRig.open();
    const { status, text } = await rig.get(`/jobs/${'0'.repeat(64)}${path}`);
    expect(status).toBe(404);
    expect(JSON.parse(text)).toMatchObject({ code: 'InvalidArgument' });
  });
});

describe('the output of a job', () => {
  it('is streamed as it is written, each stream apart, characters whole, and ends with the job', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    rig.fake.write(id, 'stdout', 'before\n');
    const lines = await outputLines(`${rig.url}jobs/${id}/output`);
    expect(await lines()).toEqual({ stream: 'stdout', text: 'before\n' });
    rig.fake.write(id, 'stderr', 'beside\n');
    expect(await lines()).toEqual({ stream: 'stderr', text: 'beside\n' });
    // The engine cuts a long line at 16 KiB, also within a character.
    const long = `${'a'.repeat(16_383)}€\n`;
    rig.fake.write(id, 'stdout', long);
    let text = '';
    while (text.length < long.length) text += ((await lines()) as { text: string }).text;
    expect(text).toBe(long);
    await rig.fake.exit(id, 0);
    expect(await lines()).toEqual({ end: true });
  });

  it('begins with as many of the last lines as asked for', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    for (const line of ['one', 'two', 'three']) rig.fake.write(id, 'stdout', `${line}\n`);
    await rig.fake.exit(id, 0);
    const { text } = await rig.get(`/jobs/${id}/output?tail=1`);
    expect(text).toBe('{"stream":"stdout","text":"three\\n"}\n{"end":true}\n');
  });

  it.each(['-1', 'x', '1.5', '10001'])('is refused for tail=%s', async (tail) => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    const { status, text } = await rig.get(`/jobs/${id}/output?tail=${tail}`);
    expect(status).toBe(400);
    expect(JSON.parse(text)).toMatchObject({ code: 'InvalidArgument' });
  });

  it('is no longer read from the engine once the page has gone', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    const idle = rig.fake.openSockets;
    const response = await opened(`${rig.url}jobs/${id}/output`);
    await expect.poll(() => rig.fake.openSockets).toBeGreaterThan(idle);
    response.destroy();
    await expect.poll(() => rig.fake.openSockets).toBe(idle);
  });
});

describe('the usage of a job', () => {
  it('is sampled while somebody looks', async () => {
    await using rig = await FakeRig.open();
    const id = await rig.job();
    rig.fake.setStats(id, { cpuNs: 2_000_000_000, memoryBytes: 10_000_000 });
    await using usage = await EventReader.open(`${rig.url}jobs/${id}/usage`);
    const { data } = await usage.next('usage');
    expect(data).toMatchObject({ cpuTime: 2, memoryBytes: 10_000_000 - 1_888_256 });
  });
});

async function opened(url: string) {
  const [response] = (await once(get(url), 'response')) as [IncomingMessage];
  response.on('error', () => undefined);
  return response;
}

async function outputLines(url: string): Promise<() => Promise<unknown>> {
  const lines = createInterface(await opened(url))[Symbol.asyncIterator]();
  return async () => JSON.parse(String((await lines.next()).value)) as unknown;
}
