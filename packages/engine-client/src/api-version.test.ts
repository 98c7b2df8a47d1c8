import { describe, expect, it } from 'vitest';
import { json, ping, serve, serveEngine, serveRaw, type TestServer } from './http-server.test.support.js';

/** An engine that speaks these versions and refuses others as real ones do. */
function engineOf(lowest: string, highest: string): Promise<TestServer> {
  return serveEngine((request, response) => {
    if (request.url === '/version') json(response, { Version: 'x', ApiVersion: highest, MinAPIVersion: lowest });
    else json(response, []);
  }, highest);
}

describe('negotiation', () => {
  it.each([
    ['1.24', '1.41', '1.41'],
    ['1.24', '1.45', '1.45'],
    ['1.44', '1.52', '1.52'],
    ['1.40', '1.55', '1.52'],
    ['1.52', '2.1', '1.52'],
  ])('F33: an engine of %s to %s is spoken to at %s', async (lowest, highest, chosen) => {
    await using server = await engineOf(lowest, highest);
    const engine = await server.connect();
    expect(engine.apiVersion).toBe(chosen);
    await engine.containers.list();
    expect(server.requests.at(-1)).toBe(`GET /v${chosen}/containers/json`);
  });

  it.each([
    ['1.12', '1.40', undefined, /is too old: it speaks API up to 1\.40, this client speaks 1\.41 to 1\.52$/],
    ['1.53', '1.60', undefined, /is too new: it speaks API 1\.53 to 1\.60, this client speaks 1\.41 to 1\.52$/],
    ['1.24', '1.41', '1.44', /API version 1\.44 was asked for, the engine at unix:\S+ speaks 1\.24 to 1\.41$/],
    ['1.44', '1.52', '1.41', /API version 1\.41 was asked for, the engine at unix:\S+ speaks 1\.44 to 1\.52$/],
  ])('F33: an impossible pair (%s to %s, asked %s) names both sides', async (lowest, highest, apiVersion, message) => {
    await using server = await engineOf(lowest, highest);
    const refusal = expect.objectContaining({
      code: 'ENGINE_CONFIGURATION',
      message: expect.stringMatching(message) as string,
    }) as Error;
    await expect(server.connect({ apiVersion })).rejects.toThrow(refusal);
    await server.socketsAre(0);
  });

  it('takes DOCKER_API_VERSION, and the option before it', async () => {
    await using server = await engineOf('1.24', '1.50');
    const environment = { DOCKER_API_VERSION: '1.43' };
    expect((await server.connect({ environment })).apiVersion).toBe('1.43');
    expect((await server.connect({ environment, apiVersion: 'v1.44' })).apiVersion).toBe('1.44');
  });

  it.each(['latest', '1', '1.2.3', '2.41', '1.40', '1.53', ''])(
    'refuses apiVersion %j before anything is sent',
    async (apiVersion) => {
      await using server = await engineOf('1.24', '1.50');
      await expect(server.connect({ apiVersion })).rejects.toMatchObject({ code: 'ENGINE_CONFIGURATION' });
      expect(server.requests).toEqual([]);
    },
  );

  it('asks the version page where the ping has no header', async () => {
    await using server = await serve((request, response) => {
      if (request.url === '/_ping') response.end('OK');
      else json(response, { Version: 'x', ApiVersion: '1.43', MinAPIVersion: '1.24' });
    });
    expect((await server.connect()).apiVersion).toBe('1.43');
  });

  it('chooses again when asked to', async () => {
    let version = '1.41';
    await using server = await serve((_, response) => {
      ping(response, version);
    });
    const engine = await server.connect();
    version = '1.47';
    expect(await engine.negotiate()).toBe('1.47');
    expect(engine.apiVersion).toBe('1.47');
  });

  it('F33: a later "client version is too old" keeps the words and tells what to do', async () => {
    const words =
      'client version 1.41 is too old. Minimum supported API version is 1.44, please upgrade your client to a newer version';
    await using server = await serveEngine((_, response) => response.writeHead(400).end(`${words}\n`));
    const engine = await server.connect();
    const error = await engine.info().catch((caught: unknown) => caught);
    expect(error).toMatchObject({ status: 400, engineMessage: words });
    expect((error as Error).message).toContain('(negotiate the API version again)');
  });
});

describe('something else at the other end', () => {
  it.each([
    ['a web page', 200, '<!doctype html><title>Hello</title>'],
    ['a page that is not there', 404, 'not found'],
    ['a login', 401, ''],
    ['a redirect', 302, ''],
    ['other JSON', 200, '{"ok":true}'],
  ])('is told apart: %s', async (_, status, body) => {
    await using server = await serve((_request, response) =>
      response.writeHead(status, { location: '/login' }).end(body),
    );
    await expect(server.connect()).rejects.toMatchObject({ code: 'ENGINE_PROTOCOL' });
    await expect(server.connect()).rejects.toThrow(/what answers at unix:\S+ is not a Docker Engine/);
    await server.socketsAre(0);
  });

  it('is told apart: garbage, whose first bytes are kept', async () => {
    await using server = await serveRaw((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'));
    await expect(server.connect()).rejects.toMatchObject({
      code: 'ENGINE_PROTOCOL',
      excerpt: expect.stringContaining('SSH-2.0') as string,
    });
  });

  it('is told apart: a server that closes', async () => {
    await using server = await serveRaw((socket) => socket.destroy());
    await expect(server.connect()).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' });
    await expect(server.connect()).rejects.toThrow(/^GET \/_ping: the connection to unix:\S+ was lost/);
  });

  it('is told apart: a server that says nothing', async () => {
    await using server = await serveRaw((socket) => socket.resume());
    const connecting = server.connect({ timeouts: { headersMs: 20 } });
    await expect(connecting).rejects.toMatchObject({ code: 'ENGINE_TIMEOUT' });
    await server.socketsAre(0);
  });
});
