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
    await subscribed(fake, 2);
    await fake.jobs.create({ ...JOB, name: 'afterwards' });
    expect(await next).toContain('afterwards');
  });

  it('drops, unmarked, what a stalled reader does not take, and slows the publisher down meanwhile', async () => {
    await using fake = await FakeEngine.start({ limits: { holdUpMs: 0 } });
    const reader = await openRaw(fake);
    reader.pause();
    await subscribed(fake, 1);
    const padding = 'x'.repeat(2000);
    for (let index = 0; index < 3000; index += 1) await emit(fake, index, padding);
    const dropped = fake.droppedEvents;
    expect(dropped).toBeGreaterThan(0);
    const received = await readUntil(
      reader,
      (text) => text.includes('"n":"last"'),
      () => emit(fake, 'last', ''),
    );
    const numbers = [...received.matchAll(/"n":"(\d+)"/g)].map(([, n]) => Number(n));
    expect(numbers.length).toBe(3000 - dropped);
    // the oldest are kept, in order
    expect(numbers.slice(0, 1024)).toEqual(Array.from({ length: 1024 }, (_, index) => index));
    reader.destroy();
  });

  it('loses nothing for a reader that keeps up, in bursts far over the channel', async () => {
    await using fake = await FakeEngine.start();
    const reader = await openRaw(fake);
    await subscribed(fake, 1);
    const all = readUntil(reader, (text) => text.includes('"n":"19999"'));
    for (let index = 0; index < 20_000; index += 1) await emit(fake, index, '');
    expect([...(await all).matchAll(/"n":/g)].length).toBe(20_000);
    expect(fake.droppedEvents).toBe(0);
    reader.destroy();
  });

  it('sends a duplicate and a broken line on demand', async () => {
    await using fake = await FakeEngine.start();
    await using client = new PlainEngine(fake.host);
    const stream = await client.open('GET', '/events?since=0');
    await subscribed(fake, 1);
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

/** The reader's socket, read by hand: undici would read ahead. */
async function openRaw(fake: FakeEngine): Promise<Socket> {
  const socket = connect(fake.host.slice('unix://'.length));
  socket.write('GET /events HTTP/1.1\r\nHost: engine\r\n\r\n');
  await new Promise((resolve) => socket.once('readable', resolve));
  return socket;
}

async function readUntil(
  socket: Socket,
  isDone: (text: string) => boolean,
  meanwhile: () => Promise<void> = () => Promise.resolve(),
): Promise<string> {
  let text = '';
  const done = new Promise<void>((resolve) => {
    socket.on('data', (chunk: Buffer) => {
      text += chunk.toString('latin1');
      if (isDone(text.slice(-chunk.length - 100))) resolve();
    });
  });
  socket.resume();
  await meanwhile();
  await done;
  return text;
}

/** Settles once so many subscriptions exist. */
async function subscribed(fake: FakeEngine, count: number): Promise<void> {
  while (fake.model.bus.subscriptions.length < count) await new Promise((resolve) => setImmediate(resolve));
}

async function firstLine(body: AsyncIterable<Buffer>): Promise<string> {
  for await (const chunk of body) return chunk.toString('utf8');
  return '';
}
