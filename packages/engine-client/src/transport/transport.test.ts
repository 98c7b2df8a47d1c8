import { EventEmitter, once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { EngineClosedError } from '../errors.js';
import { bodyOf, json, serveEngine, serveRaw } from '../http-server.test.support.js';
import { COMMAND_CONNECTIONS, QUESTION_CONNECTIONS } from './transport.js';

const CREATED = { Id: 'abc', Warnings: [] };

describe('requests', () => {
  it('F1 F3: sends every option where the engine reads it', async () => {
    const bodies: string[] = [];
    await using server = await serveEngine((request, response) => {
      void bodyOf(request).then((body) => {
        bodies.push(body.toString());
        const { url = '' } = request;
        if (url.includes('/create') || url.includes('/update')) json(response, CREATED, 201);
        else if (url.includes('/containers/json')) json(response, []);
        else if (url.includes('/events')) response.end();
        else if (url.includes('/logs')) response.end();
        else if (url.includes('/wait')) json(response, { StatusCode: 7 });
        else response.writeHead(204).end();
      });
    });
    const engine = await server.connect();
    const { containers } = engine;
    await containers.create({ Image: 'i', Cmd: ['ä'] }, { name: 'n', platform: 'linux/amd64' });
    const wait = await containers.wait('c', { condition: 'next-exit' });
    await containers.stop('c', { t: 3, stopSignal: 'SIGINT' });
    await containers.kill('c', { signal: 'SIGSTOP' });
    await containers.rename('c', { name: 'NAME.queued-1' });
    await containers.remove('c', { force: true, v: true });
    await containers.list({ all: true, limit: 5, filters: { label: ['a=b'] } });
    await containers.update('c', { Memory: 1 });
    await containers.putArchive('c', { path: '/a b', body: Buffer.from('tar') });
    await containers
      .logs('c', {
        tty: false,
        follow: true,
        tail: 3,
        since: '1.000000000',
        until: '2',
        timestamps: true,
        stderr: false,
      })
      .next();
    await engine.watchEvents({
      since: '1.000000000',
      until: '2.000000000',
      filters: { type: ['container'] },
      onEvent: () => undefined,
    });
    expect(await wait.exited).toEqual({ StatusCode: 7 });
    expect(server.requests.slice(1).map(decodeURIComponent)).toEqual([
      'POST /v1.41/containers/create?name=n&platform=linux/amd64',
      'POST /v1.41/containers/c/wait?condition=next-exit',
      'POST /v1.41/containers/c/stop?t=3&signal=SIGINT',
      'POST /v1.41/containers/c/kill?signal=SIGSTOP',
      'POST /v1.41/containers/c/rename?name=NAME.queued-1',
      'DELETE /v1.41/containers/c?force=1&v=1',
      'GET /v1.41/containers/json?all=1&limit=5&filters={"label":["a=b"]}',
      'POST /v1.41/containers/c/update',
      'PUT /v1.41/containers/c/archive?path=/a+b',
      'GET /v1.41/containers/c/logs?stdout=1&stderr=0&follow=1&tail=3&since=1.000000000&until=2&timestamps=1',
      'GET /v1.41/events?since=1.000000000&until=2.000000000&filters={"type":["container"]}',
    ]);
    expect(JSON.parse(bodies[0] ?? '')).toEqual({ Image: 'i', Cmd: ['ä'] });
    expect(bodies[8]).toBe('tar');
  });

  it('F18: 200 open waits and blocked commands hold up no question', async () => {
    const held: ServerResponse[] = [];
    await using server = await serveEngine((request, response) => {
      const { url = '' } = request;
      if (url.includes('/wait')) {
        response.writeHead(200).flushHeaders();
        held.push(response);
      } else if (url.includes('/stop')) held.push(response);
      else if (url.includes('/create')) json(response, CREATED, 201);
      else json(response, []);
    });
    const engine = await server.connect();
    const waits = await Promise.all(Array.from({ length: 200 }, () => engine.containers.wait('c')));
    expect(await engine.containers.create({ Image: 'i' })).toEqual(CREATED);
    const stops = Array.from({ length: COMMAND_CONNECTIONS }, () => engine.containers.stop('c'));
    expect(await engine.containers.list()).toEqual([]);
    await expect.poll(() => held.length).toBe(200 + COMMAND_CONNECTIONS);
    for (const response of held) response.end(JSON.stringify({ StatusCode: 0 }));
    await Promise.all([...stops, ...waits.map((wait) => wait.exited)]);
  });

  it('opens a bounded number of connections for questions', async () => {
    await using server = await serveEngine((_, response) => {
      setImmediate(() => {
        json(response, []);
      });
    });
    const engine = await server.connect();
    await Promise.all(Array.from({ length: 500 }, () => engine.containers.list()));
    expect(server.accepted()).toBeLessThanOrEqual(QUESTION_CONNECTIONS);
  });

  it('F19: 100 errors with unread bodies and 100 aborts leave no more sockets than one pool has', async () => {
    const arrived = new EventEmitter();
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('/json')) response.writeHead(500).end('x'.repeat(300_000));
      else if (request.url?.includes('/wait')) {
        response.writeHead(200).flushHeaders();
        arrived.emit('wait');
      } else arrived.emit('call');
    });
    const engine = await server.connect();
    for (let count = 0; count < 100; count += 1) {
      await expect(engine.containers.inspect('c')).rejects.toMatchObject({ status: 500 });
    }
    expect(server.sockets.size).toBeLessThanOrEqual(QUESTION_CONNECTIONS);
    for (let count = 0; count < 50; count += 1) {
      const abort = new AbortController();
      const called = once(arrived, 'call');
      const call = engine.containers.statsOnce('c', { signal: abort.signal });
      await called;
      abort.abort();
      await expect(call).rejects.toBe(abort.signal.reason);
    }
    for (let count = 0; count < 50; count += 1) {
      const abort = new AbortController();
      const wait = await engine.containers.wait('c', { signal: abort.signal });
      abort.abort();
      await expect(wait.exited).rejects.toBe(abort.signal.reason);
    }
    await expect.poll(() => server.sockets.size).toBeLessThanOrEqual(QUESTION_CONNECTIONS + COMMAND_CONNECTIONS);
    await engine.close();
    expect(engine.connections).toBe(0);
    await server.socketsAre(0);
  });

  it('F19: close ends live streams, pending calls and later calls with EngineClosedError', async () => {
    const arrived = new EventEmitter();
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('/info')) arrived.emit('info');
      else response.writeHead(200).flushHeaders();
    });
    const engine = await server.connect();
    const infoArrived = once(arrived, 'info');
    const pending = engine.info().catch((error: unknown) => error);
    await infoArrived;
    const wait = await engine.containers.wait('c');
    const next = engine.containers
      .logs('c', { tty: false })
      .next()
      .catch((error: unknown) => error);
    await new Promise<void>((onOpen) => {
      const watch = engine.watchEvents({ onOpen, onEvent: () => undefined });
      watch.catch((error: unknown) => arrived.emit('watch', error));
    });
    const watched = once(arrived, 'watch');
    await engine.close();
    expect(engine.closed).toBe(true);
    const [watchError] = (await watched) as unknown[];
    for (const error of [await pending, await wait.exited.catch((caught: unknown) => caught), await next, watchError]) {
      expect(error).toBeInstanceOf(EngineClosedError);
      expect(error).toMatchObject({ code: 'ENGINE_CLOSED' });
    }
    await expect(engine.containers.list()).rejects.toBeInstanceOf(EngineClosedError);
    await engine.close();
    await server.socketsAre(0);
  });

  it('F19: close ends calls that have no connection yet', async () => {
    await using server = await serveEngine((_, response) => {
      response.writeHead(200).flushHeaders();
    });
    const engine = await server.connect();
    const calls = [
      engine.containers.wait('c'),
      engine.containers.start('c'),
      engine.containers.attach('c', { tty: false }),
      engine.containers.logs('c', { tty: false }).next(),
      engine.events().next(),
      ...Array.from({ length: 2 * QUESTION_CONNECTIONS }, () => engine.containers.list()),
    ].map((call) =>
      call.then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    );
    await engine.close();
    for (const call of calls) expect(await call).toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(engine.connections).toBe(0);
    await server.socketsAre(0);
  });

  it('repeats a question once when a kept connection turns out dead, and never a command', async () => {
    let requests = 0;
    const PING = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n';
    await using server = await serveRaw((socket) => {
      socket.on('data', (data) => {
        if (data.includes('/_ping')) socket.write(PING);
        else {
          requests += 1;
          socket.destroy();
        }
      });
    });
    const engine = await server.connect();
    await expect(engine.containers.inspect('c')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(requests).toBe(2);
    await expect(engine.containers.start('c')).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    expect(requests).toBe(3);
  });
});
