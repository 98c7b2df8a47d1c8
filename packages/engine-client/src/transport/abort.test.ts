import { EventEmitter, getEventListeners, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { Engine } from '../engine.js';
import { json, serveEngine, serveRaw } from '../http-server.test.support.js';

const REASONS = [new Error('mine'), 'a text', null, { any: 'thing' }];

describe('abort', () => {
  it.each(REASONS)('before the call rejects with the reason itself (%o) and sends nothing', async (reason) => {
    await using server = await serveEngine((_, response) => {
      json(response, []);
    });
    const engine = await server.connect();
    const signal = AbortSignal.abort(reason);
    await expect(engine.containers.list({ signal })).rejects.toBe(reason);
    await expect(engine.containers.logs('c', { signal }).next()).rejects.toBe(reason);
    await expect(engine.containers.attach('c', { signal, tty: false })).rejects.toBe(reason);
    await expect(engine.watchEvents({ signal, onEvent: () => undefined })).rejects.toBe(reason);
    expect(server.requests).toEqual(['GET /_ping']);
  });

  it.each(REASONS)('before the head rejects with the reason itself (%o) and closes the connection', async (reason) => {
    const arrived = new EventEmitter();
    await using server = await serveEngine((request) => {
      request.socket.once('close', () => arrived.emit('closed'));
      arrived.emit('request');
    });
    const engine = await server.connect();
    for (const call of [
      (signal: AbortSignal) => engine.containers.inspect('c', { signal }),
      (signal: AbortSignal) => engine.containers.start('c', { signal }),
      (signal: AbortSignal) => engine.containers.wait('c', { signal }),
      (signal: AbortSignal) => engine.containers.attach('c', { signal, tty: false }),
      (signal: AbortSignal) => engine.containers.logs('c', { signal, tty: false }).next(),
    ]) {
      const abort = new AbortController();
      const request = once(arrived, 'request');
      const pending = call(abort.signal).then(
        () => expect.unreachable(),
        (error: unknown) => error,
      );
      await request;
      const closed = once(arrived, 'closed');
      abort.abort(reason);
      expect(await pending).toBe(reason);
      await closed;
      expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
    }
  });

  it('in the body rejects with the reason itself and closes the connection', async () => {
    await using server = await serveEngine((_, response) => {
      response.writeHead(200).write('{"half":');
    });
    const engine = await server.connect();
    const abort = new AbortController();
    const reason = new Error('mine');
    const pending = engine.info({ signal: abort.signal });
    const listed = engine.containers.stats('c', { signal: abort.signal }).next();
    const wait = await engine.containers.wait('c', { signal: abort.signal });
    abort.abort(reason);
    await expect(pending).rejects.toBe(reason);
    await expect(listed).rejects.toBe(reason);
    await expect(wait.exited).rejects.toBe(reason);
    await engine.close();
    await server.socketsAre(0);
  });

  it('while connecting rejects at once and sends nothing', async () => {
    await using server = await serveEngine((_, response) => {
      json(response, []);
    });
    const engine = await server.connect();
    const reason = new Error('mine');
    const abort = new AbortController();
    const { signal } = abort;
    const calls = [
      engine.containers.wait('c', { signal }),
      engine.containers.start('c', { signal }),
      engine.containers.attach('c', { signal, tty: false }),
      engine.containers.logs('c', { signal, tty: false }).next(),
      Engine.connect({ host: server.host, environment: {}, signal }),
    ].map((call) =>
      call.then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    );
    abort.abort(reason);
    for (const call of calls) expect(await call).toBe(reason);
    await engine.close();
    await server.socketsAre(0);
    expect(server.requests).toEqual(['GET /_ping']);
  });

  it('of an attached connection ends its output with the reason', async () => {
    await using server = await serveRaw((socket) => {
      socket.on('data', (data) => {
        if (data.includes('/_ping')) socket.write('HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\nContent-Length: 0\r\n\r\n');
        else socket.write('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\n');
      });
    });
    const engine = await server.connect();
    const abort = new AbortController();
    const attached = await engine.containers.attach('c', { tty: true, signal: abort.signal });
    const next = attached.output.next();
    const reason = new Error('mine');
    abort.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(getEventListeners(abort.signal, 'abort')).toEqual([]);
  });

  it('F23: 1000 calls on one signal cause no warning and leave no listener', async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error): void => {
      warnings.push(warning);
    };
    process.on('warning', onWarning);
    try {
      await using server = await serveEngine((_, response) => {
        json(response, []);
      });
      const engine = await server.connect();
      const { signal } = new AbortController();
      const calls = Array.from({ length: 1000 }, () => engine.containers.list({ signal }));
      expect(getEventListeners(signal, 'abort')).toHaveLength(1);
      await Promise.all(calls);
      expect(getEventListeners(signal, 'abort')).toEqual([]);
      await new Promise(setImmediate);
      expect(warnings).toEqual([]);
    } finally {
      process.off('warning', onWarning);
    }
  });
});
