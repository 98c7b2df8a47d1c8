import { describe, expect, it } from 'vitest';
import type { Engine } from './engine.js';
import { serveEngine, type TestServer } from './http-server.test.support.js';

const EVENT = '{"Type":"container","Action":"start","timeNano":1}\n';
const FRAME = Buffer.from([1, 0, 0, 0, 0, 0, 0, 1, 0x78]);
const STAT = Buffer.from('{"name":"f","size":1,"mode":1,"mtime":"","linkTarget":""}').toString('base64');

/** Streams that give one item and then stay silent. */
function silentAfterOne(): Promise<TestServer> {
  return serveEngine((request, response) => {
    const { url = '' } = request;
    response.writeHead(200, { 'x-docker-container-path-stat': STAT });
    response.write(url.includes('/logs') || url.includes('/archive') ? FRAME : EVENT);
  });
}

const STREAMS: Record<string, (engine: Engine) => Promise<AsyncIterableIterator<unknown>>> = {
  events: (engine) => Promise.resolve(engine.events()),
  logs: (engine) => Promise.resolve(engine.containers.logs('c', { tty: false, follow: true })),
  stats: (engine) => Promise.resolve(engine.containers.stats('c')),
  pull: (engine) => Promise.resolve(engine.images.pull('i')),
  archive: async (engine) => (await engine.containers.getArchive('c', { path: '/f' })).body,
};

describe.each(Object.keys(STREAMS))('%s', (name) => {
  async function open(engine: Engine): Promise<AsyncIterableIterator<unknown>> {
    return (STREAMS[name] as (engine: Engine) => Promise<AsyncIterableIterator<unknown>>)(engine);
  }

  it('F11: leaving an iterator closes its connection', async () => {
    await using server = await silentAfterOne();
    const engine = await server.connect();
    const before = server.sockets.size;
    for (let round = 0; round < 10; round += 1) {
      for await (const item of await open(engine)) {
        expect(item).toBeDefined();
        break;
      }
    }
    await server.socketsAre(before);
  });

  it('F11: throwing out of the loop closes its connection', async () => {
    await using server = await silentAfterOne();
    const engine = await server.connect();
    const before = server.sockets.size;
    const loop = async (): Promise<void> => {
      for await (const item of await open(engine)) throw new Error(`seen ${typeof item}`);
    };
    await expect(loop()).rejects.toThrow('seen object');
    await server.socketsAre(before);
  });

  it('F11: return() works while next() waits for a silent engine', async () => {
    await using server = await silentAfterOne();
    const engine = await server.connect();
    const before = server.sockets.size;
    const stream = await open(engine);
    await stream.next();
    const waiting = stream.next();
    expect(await stream.return?.()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    await server.socketsAre(before);
  });
});
