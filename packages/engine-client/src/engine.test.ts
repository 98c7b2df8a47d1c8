import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:https';
import { createServer as createMuteServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect, promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Engine } from './engine.js';
import { EngineUnreachableError } from './errors.js';
import { json, ping, serveEngine } from './http-server.test.support.js';

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'engine-client-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('an unreachable engine', () => {
  it.each([
    [
      'a missing socket',
      () => `${folder}/none.sock`,
      /there is no such socket\. Is the engine running\?.*DOCKER_HOST$/,
    ],
    ['a file that is no socket', () => `${folder}/file`, /nothing listens there|not a socket/],
    ['a refused port', () => 'tcp://127.0.0.1:1', /cannot connect to tcp:\/\/127\.0\.0\.1:1: nothing listens there/],
  ])('rejects in one line that says what to do: %s', async (_, host, message) => {
    await writeFile(`${folder}/file`, '');
    const error = await Engine.connect({ host: host(), environment: {} }).catch((caught: unknown) => caught);
    expect(error).toBeInstanceOf(EngineUnreachableError);
    expect((error as Error).message).toMatch(message);
    expect((error as Error).message).not.toContain('\n');
    expect((error as Error).cause).toBeInstanceOf(Error);
  });

  it('tells about the group when permission is missing', async () => {
    const { engineErrorOf } = await import('./transport/failure.js');
    const denied = Object.assign(new Error('connect EACCES'), { code: 'EACCES' });
    const error = engineErrorOf(denied, { method: 'GET', path: '/_ping' }, 'unix:///s');
    expect(error).toBeInstanceOf(EngineUnreachableError);
    expect((error as Error).message).toContain(
      'permission denied. Join the group that owns the socket (usually docker)',
    );
  });

  it('gives up after connectMs when the other side accepts and says nothing', async () => {
    const mute = createMuteServer((socket) => socket.resume().on('error', () => undefined));
    await new Promise<void>((resolve) => mute.listen(0, '127.0.0.1', resolve));
    const address = mute.address();
    const host = `tcp://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
    try {
      // the handshake of TLS is part of connecting
      const connecting = Engine.connect({ host, tls: {}, environment: {}, timeouts: { connectMs: 20 } });
      await expect(connecting).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    } finally {
      await new Promise((resolve) => mute.close(resolve));
    }
  });

  it.each([-1, 1.5, Number.NaN, 2 ** 31])('refuses a timeout of %d before connecting', async (connectMs) => {
    await expect(Engine.connect({ host: '/none', environment: {}, timeouts: { connectMs } })).rejects.toThrow(
      TypeError,
    );
  });
});

describe('TLS', () => {
  const certificates = join(import.meta.dirname, '../fixtures/tls');

  it('talks to an engine that asks for a client certificate, streams and attach included, and refuses a stranger', async () => {
    const read = (name: string): Promise<Buffer> => readFile(join(certificates, name));
    const server = createServer(
      {
        ca: await read('ca.pem'),
        cert: await read('server.pem'),
        key: await read('server-key.pem'),
        requestCert: true,
        rejectUnauthorized: true,
      },
      (request, response) => {
        if (request.url === '/_ping') ping(response, '1.41');
        else if (request.url?.includes('/events')) response.end('{"Type":"container","Action":"die","timeNano":1}\n');
        else json(response, []);
      },
    );
    server.on('upgrade', (_, socket) =>
      socket.end('HTTP/1.1 101 UPGRADED\r\nConnection: Upgrade\r\nUpgrade: tcp\r\n\r\nraw'),
    );
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const host = `tcp://127.0.0.1:${String(typeof address === 'object' ? address?.port : 0)}`;
    try {
      await using engine = await Engine.connect({
        environment: { DOCKER_HOST: host, DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: certificates },
      });
      expect(await engine.containers.list()).toEqual([]);
      expect((await engine.events().next()).value).toMatchObject({ action: 'die' });
      const { output } = await engine.containers.attach('c', { tty: true });
      expect((await output.next()).value).toMatchObject({ data: Buffer.from('raw') });
      expect(inspect(engine, { depth: 10, showHidden: true })).not.toContain('PRIVATE');
      const strange = Engine.connect({ host, tls: {}, environment: {} });
      await expect(strange).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
      await expect(strange).rejects.toThrow(/check the certificates/);
      await expect(Engine.connect({ host, environment: {} })).rejects.toMatchObject({
        code: expect.stringMatching(/^ENGINE_/) as string,
      });
    } finally {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });
});

describe('the process', () => {
  const run = promisify(execFile);
  const script = (host: string, end: string): string[] => [
    '--input-type=module',
    '-e',
    `import { Engine } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)};
     const engine = await Engine.connect({ host: ${JSON.stringify(host)}, environment: {} });
     await engine.containers.list();
     ${end}`,
  ];

  it('F25: nothing is printed, and an idle engine does not keep the process alive', async () => {
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('/events')) response.writeHead(200).flushHeaders();
      else json(response, []);
    });
    const idle = await run(process.execPath, script(server.host, ''));
    expect(idle).toEqual({ stdout: '', stderr: '' });
  });

  it('F25: a process with live streams ends by itself after close', async () => {
    await using server = await serveEngine((request, response) => {
      if (request.url?.includes('/events') || request.url?.includes('/wait')) response.writeHead(200).flushHeaders();
      else json(response, []);
    });
    const end = `
      const watch = new Promise((onOpen) => engine.watchEvents({ onOpen, onEvent() {} }).catch(() => {}));
      await watch;
      await engine.containers.wait('c');
      await engine.close();`;
    expect(await run(process.execPath, script(server.host, end))).toEqual({ stdout: '', stderr: '' });
  });
});

it('closes by await using', async () => {
  await using server = await serveEngine((_, response) => {
    json(response, []);
  });
  let kept: Engine | undefined;
  {
    await using engine = await Engine.connect({ host: server.host, environment: {} });
    kept = engine;
  }
  expect(kept.closed).toBe(true);
  expect(kept.connections).toBe(0);
  await server.socketsAre(0);
});
