import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { EngineHttpError } from '../errors.js';
import { json, serveEngine } from '../http-server.test.support.js';

describe('statuses', () => {
  const calls = [
    'create',
    'start',
    'stop',
    'restart',
    'kill',
    'pause',
    'unpause',
    'rename',
    'update',
    'wait',
    'inspect',
    'list',
    'top',
    'statsOnce',
    'remove',
    'putArchive',
    'getArchive',
    'attach',
    'execCreate',
    'execStart',
    'execInspect',
    'imageInspect',
    'imageList',
    'imageTag',
    'imageRemove',
    'info',
    'version',
    'logs',
    'stats',
    'pull',
    'load',
    'events',
    'watchEvents',
  ] as const;
  const cases = calls.flatMap((call) => [400, 404, 409, 500, 503].map((status) => [call, status] as const));

  it.each(cases)('F2: %s answered %i rejects with EngineHttpError', async (call, status) => {
    await using server = await serveEngine((_, response) => {
      json(response, { message: `refused: ${String(status)}` }, status);
    });
    const engine = await server.connect();
    const { containers, images } = engine;
    const first = async (stream: AsyncIterableIterator<unknown>): Promise<unknown> => stream.next();
    const run: Record<(typeof calls)[number], () => Promise<unknown>> = {
      create: () => containers.create({ Image: 'i' }),
      start: () => containers.start('c'),
      stop: () => containers.stop('c'),
      restart: () => containers.restart('c'),
      kill: () => containers.kill('c'),
      pause: () => containers.pause('c'),
      unpause: () => containers.unpause('c'),
      rename: () => containers.rename('c', { name: 'd' }),
      update: () => containers.update('c', {}),
      wait: () => containers.wait('c'),
      inspect: () => containers.inspect('c'),
      list: () => containers.list(),
      top: () => containers.top('c'),
      statsOnce: () => containers.statsOnce('c'),
      remove: () => containers.remove('c'),
      putArchive: () => containers.putArchive('c', { path: '/', body: Buffer.from('tar') }),
      getArchive: () => containers.getArchive('c', { path: '/' }),
      attach: () => containers.attach('c', { tty: false }),
      execCreate: () => containers.exec.create('c', { Cmd: ['true'] }),
      execStart: () => containers.exec.start('e'),
      execInspect: () => containers.exec.inspect('e'),
      imageInspect: () => images.inspect('i'),
      imageList: () => images.list(),
      imageTag: () => images.tag('i', { repo: 'r' }),
      imageRemove: () => images.remove('i'),
      info: () => engine.info(),
      version: () => engine.version(),
      logs: () => first(containers.logs('c', { tty: false })),
      stats: () => first(containers.stats('c')),
      pull: () => first(images.pull('i')),
      load: () => first(images.load(Buffer.from('tar'))),
      events: () => first(engine.events()),
      watchEvents: () => engine.watchEvents({ onEvent: () => undefined }),
    };
    const error = await run[call]().catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EngineHttpError);
    expect(error).toMatchObject({ code: 'ENGINE_HTTP', status, engineMessage: `refused: ${String(status)}` });
  });

  it('F2: 304 is an answer to start and stop, and an error elsewhere', async () => {
    await using server = await serveEngine((_, response) => response.writeHead(304).end());
    const { containers } = await server.connect();
    expect(await containers.start('c')).toBe('already-running');
    expect(await containers.stop('c')).toBe('not-running');
    await expect(containers.pause('c')).rejects.toMatchObject({ status: 304 });
  });

  it('follows no redirect', async () => {
    await using server = await serveEngine((_, response) =>
      response.writeHead(301, { location: '/elsewhere?secret' }).end(),
    );
    const { containers } = await server.connect();
    await expect(containers.inspect('c')).rejects.toThrow(/answered 301: .*not followed: it points to \/elsewhere\)$/);
    expect(server.requests).toHaveLength(2);
  });

  it('names method, path and words, but never query, body or registry secret', async () => {
    await using server = await serveEngine((_, response) => {
      response.writeHead(500).end('plain words\n');
    });
    const { images } = await server.connect();
    const error = await images
      .pull('i', { registryAuth: 'c2VjcmV0', platform: 'p' })
      .next()
      .catch((caught: unknown) => caught);
    expect((error as Error).message).toBe('POST /v1.41/images/create: engine answered 500: plain words');
    expect(inspect(error, { depth: 10, showHidden: true })).not.toContain('c2VjcmV0');
  });

  it('cuts the words of an error at 64 KiB and closes the connection', async () => {
    await using server = await serveEngine((_, response) => {
      response.writeHead(500);
      const flood = (): void => {
        while (response.write('x'.repeat(16_384))) if (response.destroyed) return;
        response.once('drain', flood);
      };
      flood();
    });
    const { containers } = await server.connect();
    const error: unknown = await containers.inspect('c').then(
      () => expect.unreachable(),
      (caught: unknown) => caught,
    );
    expect((error as EngineHttpError).engineMessage).toHaveLength(65_536);
  });
});
