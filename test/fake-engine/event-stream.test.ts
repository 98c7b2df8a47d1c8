import { connect, type Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { PlainEngine } from '../contract/plain-engine.js';
import { FakeEngine } from './index.js';

const JOB = { Image: 'busybox:latest', Cmd: ['sleep', '60'], HostConfig: { NetworkMode: 'none' } };

describe('event streams of the fake engine', () => {
  it('answers the header before it subscribes: what happens between is lost without since', async () => {
    await using fake = await FakeEngine.start();
    await using client = new PlainEngine(fake.host);
    const gap = fake.holdSubscriptions();
    const blind = await client.open('GET', '/events');
    const careful = await client.open('GET', '/events?since=0');
    expect(blind.status).toBe(200);
    await fake.jobs.create({ ...JOB, name: 'in-the-gap' });
    gap.release();
    expect(await firstLine(careful.body)).toContain('in-the-gap');
    const next = firstLine(blind.body);
    await fake.waitForSubscriptions(2);
    await fake.jobs.create({ ...JOB, name: 'afterwards' });
    expect(await next).toContain('afterwards');
  });

  it('drops, unmarked, the newest of what a stalled reader does not take; its stream then goes on', async () => {
    await using fake = await FakeEngine.start({ limits: { holdUpMs: 0 } });
    const reader = await openRaw(fake);
    await fake.waitForSubscriptions();
    const padding = 'x'.repeat(2000);
    for (let index = 0; index < 1500; index += 1) await emit(fake, index, padding);
    const kept = 1500 - fake.droppedEvents;
    expect(kept).toBeGreaterThan(1024);
    expect(kept).toBeLessThan(1500);
    const numbers = numbersIn(await readUntil(reader, (text) => numbersIn(text).length === kept));
    expect(numbers).toEqual(Array.from({ length: kept }, (_, index) => index));
    const rest = readUntil(reader, (text) => text.includes('"n":"9999"'));
    await emit(fake, 9999, '');
    expect(numbersIn(await rest)).toEqual([9999]);
    reader.destroy();
  });

  it('holds up who does something while a reader is stalled, for 100 ms each, and nobody else', async () => {
    await using fake = await FakeEngine.start({ clock: 'manual', limits: { channel: 1 } });
    await using client = new PlainEngine(fake.host);
    const id = await fake.jobs.create({ ...JOB, name: 'before' });
    const reader = await openRaw(fake);
    await fake.waitForSubscriptions();
    // More than its channel and its socket take.
    const padding = 'x'.repeat(8 * 1024 * 1024);
    const published = Promise.all([1, 2, 3].map((n) => emit(fake, n, padding)));
    let isAnswered = false;
    const renamed = fake.nextEvent(({ action }) => action === 'rename');
    const answer = client.call('POST', `/containers/${id}/rename?name=after`).then(({ status }) => {
      isAnswered = true;
      return status;
    });
    await renamed;
    fake.advance(99);
    expect((await client.call('GET', '/_ping')).status).toBe(200);
    expect([isAnswered, fake.droppedEvents]).toEqual([false, 0]);
    fake.advance(1);
    expect(await answer).toBe(204);
    await published;
    expect(fake.droppedEvents).toBeGreaterThan(0);
    reader.destroy();
  });

  it('loses nothing for a reader that keeps up, in bursts far over the channel', async () => {
    // With a clock of its own: a reader is slow by what it does, not by what else the machine does.
    await using fake = await FakeEngine.start({ clock: 'manual' });
    const reader = await openRaw(fake);
    await fake.waitForSubscriptions(1);
    const all = readUntil(reader, (text) => text.endsWith('\n\r\n') && numbersIn(text.slice(-400)).includes(19_999));
    for (let index = 0; index < 20_000; index += 1) await emit(fake, index, '');
    expect(numbersIn(await all).length).toBe(20_000);
    expect(fake.droppedEvents).toBe(0);
    reader.destroy();
  });

  it('sends a duplicate and a broken line on demand', async () => {
    await using fake = await FakeEngine.start();
    await using client = new PlainEngine(fake.host);
    const stream = await client.open('GET', '/events?since=0');
    await fake.waitForSubscriptions(1);
    await fake.jobs.create({ ...JOB, name: 'twice' });
    await fake.duplicate();
    fake.garble('garbled\n');
    fake.endStreams();
    const lines = (await stream.done).split('\n');
    expect(lines[0]).toContain('twice');
    expect(lines[1]).toBe(lines[0]);
    expect(lines.slice(2)).toEqual(['garbled', '']);
  });

  it('cuts its streams, and counts those that are open', async () => {
    await using fake = await FakeEngine.start();
    await using client = new PlainEngine(fake.host);
    const stream = await client.open('GET', '/events');
    expect(fake.openEventStreams).toBe(1);
    fake.cutStreams();
    await expect(stream.done).rejects.toThrow();
  });

  it('jumps its clock without touching its timers', async () => {
    await using fake = await FakeEngine.start({ clock: 'manual' });
    const before = fake.clock.now();
    fake.clock.jump(-60_000);
    await fake.emit({ type: 'container', action: 'x', actorId: 'c1', attributes: {} });
    expect(fake.model.bus.history[0]?.timeNano).toBeLessThan(before);
  });
});

function emit(fake: FakeEngine, n: number | string, padding: string): Promise<void> {
  return fake.emit({ type: 'container', action: 'x', actorId: 'c1', attributes: { n: `${n}`, padding } });
}

function numbersIn(text: string): readonly number[] {
  return [...text.matchAll(/"n":"(\d+)"/g)].map(([, n]) => Number(n));
}

/** A reader that takes nothing until it is told to: undici would read ahead. */
async function openRaw(fake: FakeEngine): Promise<Socket> {
  const socket = connect(fake.host.slice('unix://'.length));
  socket.pause();
  await new Promise<void>((resolve) => socket.once('connect', resolve));
  socket.write('GET /events HTTP/1.1\r\nHost: engine\r\n\r\n');
  return socket;
}

function readUntil(socket: Socket, isDone: (text: string) => boolean): Promise<string> {
  return new Promise((resolve) => {
    let text = '';
    const take = (chunk: Buffer): void => {
      text += chunk.toString('latin1');
      if (!isDone(text)) return;
      socket.off('data', take);
      resolve(text);
    };
    socket.on('data', take);
    socket.resume();
  });
}

async function firstLine(body: AsyncIterable<Buffer>): Promise<string> {
  for await (const chunk of body) return chunk.toString('utf8');
  return '';
}
