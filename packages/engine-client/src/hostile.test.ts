import { once } from 'node:events';
import { inspect } from 'node:util';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { Engine } from './engine.js';
import { EngineError } from './errors.js';
import { json, serve, serveEngine, serveRaw, type TestServer } from './http-server.test.support.js';

const OK = 'HTTP/1.1 200 OK\r\nApi-Version: 1.41\r\n';

async function refusal(call: Promise<unknown>): Promise<EngineError> {
  const error: unknown = await call.then(
    () => expect.unreachable('it was expected to be refused'),
    (caught: unknown) => caught,
  );
  if (!(error instanceof EngineError)) throw error;
  return error;
}

/** Writes the same piece again and again, as fast as it is read, until the other end goes. */
function endless(response: ServerResponse, piece: string): void {
  const flood = (): void => {
    while (!response.destroyed) if (!response.write(piece)) break;
    if (!response.destroyed) response.once('drain', flood);
  };
  flood();
}

/** Writes a piece every few milliseconds until the other end goes. */
function drip(response: ServerResponse, piece: string): void {
  const timer = setInterval(() => response.write(piece), 5);
  response.on('close', () => {
    clearInterval(timer);
  });
}

describe('an engine that means harm', () => {
  it('sends headers without end: refused at 16 KiB', async () => {
    await using server = await serveRaw((socket) => {
      socket.once('data', () => {
        socket.write(OK);
        const flood = (): void => {
          while (!socket.destroyed) if (!socket.write(`X-${'a'.repeat(100)}: ${'b'.repeat(900)}\r\n`)) break;
          if (!socket.destroyed) socket.once('drain', flood);
        };
        flood();
      });
    });
    expect((await refusal(server.connect())).code).toBe('ENGINE_PROTOCOL');
    await server.socketsAre(0);
  });

  it('sends a head drop by drop: given up after the time allowed for it', async () => {
    await using server = await serveRaw((socket) => {
      socket.once('data', () => {
        socket.write(OK);
        const timer = setInterval(() => socket.write('X-A: b\r\n'), 5);
        socket.on('close', () => {
          clearInterval(timer);
        });
      });
    });
    expect((await refusal(server.connect({ timeouts: { headersMs: 100 } }))).code).toBe('ENGINE_TIMEOUT');
  });

  it('sends a body drop by drop: given up after ten times what is allowed between two pieces', async () => {
    await using server = await serveEngine((request, response) => {
      response.writeHead(200);
      response.write(request.url?.includes('json') === true ? '[' : ' ');
      drip(response, ' ');
    });
    const engine = await server.connect({ timeouts: { bodyMs: 100 } });
    const calls = [engine.info(), engine.containers.list(), engine.containers.start('c')].map(refusal);
    for (const error of await Promise.all(calls)) {
      expect(error.code).toBe('ENGINE_TIMEOUT');
    }
  });

  it('sends a chunk without end: given up when nothing of the body came for the time allowed', async () => {
    await using server = await serveRaw((socket) => {
      socket.on('data', (data: Buffer) => {
        if (data.includes('/_ping')) socket.write(`${OK}Content-Length: 2\r\n\r\nOK`);
        else socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n5;extension=${'x'.repeat(4_000)}`);
      });
    });
    const engine = await server.connect({ timeouts: { bodyMs: 50 } });
    expect(['ENGINE_TIMEOUT', 'ENGINE_PROTOCOL']).toContain((await refusal(engine.info())).code);
  });

  it.each([
    ['{"Labels":', '{"a":'],
    ['[{"Id":"', 'x'],
    ['[', '{"Id":"a","Created":1,"State":"exited"},'],
    ['', '[['],
  ])(
    'sends a list that begins with %j and has no end of %j: the caller can leave it at any time',
    async (head, piece) => {
      await using server = await serveEngine((_, response) => {
        response.writeHead(200);
        response.write(head);
        endless(response, piece.repeat(1_000));
      });
      const engine = await server.connect();
      const cancel = new AbortController();
      let rows = 0;
      const list = engine.containers.listRows({
        signal: cancel.signal,
        onRow: () => {
          rows += 1;
          if (rows === 5_000) cancel.abort(new Error('enough'));
        },
      });
      if (head === '[') await expect(list).rejects.toThrow('enough');
      else expect((await refusal(list)).code).toBe('ENGINE_PROTOCOL');
      await server.socketsAre(0);
    },
  );

  it('redirects elsewhere: nobody is asked there, and the query is not told', async () => {
    await using elsewhere = await serve((_, response) => {
      json(response, {});
    });
    await using server = await serveEngine((_, response) => {
      response.writeHead(307, { location: `${elsewhere.host}/info?token=secret` }).end();
    });
    const engine = await server.connect();
    const error = await refusal(engine.info());
    expect(error).toMatchObject({ code: 'ENGINE_HTTP', status: 307 });
    expect(error.message).not.toContain('secret');
    expect(elsewhere.requests).toEqual([]);
  });

  it('tells an API version that is none', async () => {
    await using server = await serve((_, response) => {
      response.writeHead(200, { 'api-version': '1.4e1/../../elsewhere' }).end('OK');
    });
    const error = await refusal(Engine.connect({ host: server.host, environment: {} }));
    expect(error).toMatchObject({ code: 'ENGINE_PROTOCOL' });
  });

  it.each([
    [
      'deep',
      `{"Type":"container","Action":"die","Actor":{"ID":"a","Attributes":{"a":${'['.repeat(300_000)}${']'.repeat(300_000)}}},"timeNano":1}\n`,
    ],
    ['of another kind', '{"Type":7}\n'],
    ['longer than its limit', 'x'.repeat(2_000_000)],
  ])('sends an event that is %s: the stream is refused, and closed', async (_what, line) => {
    const left: Promise<unknown>[] = [];
    await using server = await serveEngine((_, response) => {
      left.push(once(response, 'close'));
      response.writeHead(200);
      response.write(line);
    });
    const engine = await server.connect();
    const events = engine.watchEvents({ lineLimit: 1_500_000, onEvent: () => undefined });
    expect((await refusal(events)).code).toBe('ENGINE_PROTOCOL');
    await Promise.all(left);
  });

  it('speaks in lines of a log: its words are told on one', async () => {
    const words = 'no\n2026-01-01 root logged in\r\u001b[2K\u2028\u202egnp';
    await using server = await serveEngine((_, response) => {
      json(response, { message: words }, 500);
    });
    const engine = await server.connect();
    const error = await refusal(engine.info());
    expect(error.message).toMatch(/no\\n2026-01-01 root logged in\\u000d\\u001b\[2K\\u2028\\u202egnp$/);
    expect(error).toMatchObject({ engineMessage: words });
  });
});

describe('secrets', () => {
  const key = 'PRIVATE-KEY-5d1c';

  it('a TLS key shows neither in an Engine, nor in the error of a connection that fails', async () => {
    await using server = await serveRaw((socket) => socket.end('not TLS\r\n'));
    const error = await refusal(
      Engine.connect({ host: await tcp(server), tls: { key, cert: key, ca: key }, environment: {} }),
    );
    expect(shown(error)).not.toContain(key);
  });

  it('nor does a login, or what a container is created with', async () => {
    await using server = await serveEngine((_, response) => {
      json(response, { message: 'no' }, 400);
    });
    const engine = await server.connect();
    const created = await refusal(engine.containers.create({ Image: 'i', Env: [`TOKEN=${key}`] }));
    const pulled = await refusal(engine.images.pull('i', { registryAuth: key }).next());
    expect(shown([engine, created, pulled])).not.toContain(key);
  });
});

/** All that anybody can print of it. */
function shown(value: unknown): string {
  return inspect(value, { depth: Number.POSITIVE_INFINITY, showHidden: true, getters: true }) + JSON.stringify(value);
}

/** The same server, on a port of the loopback. */
async function tcp({ server }: TestServer): Promise<string> {
  server.close();
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return `tcp://127.0.0.1:${typeof address === 'object' && address !== null ? String(address.port) : ''}`;
}
