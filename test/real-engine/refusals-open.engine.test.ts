import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { createServer as createHttpServer, type RequestListener } from 'node:http';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import {
  Engine,
  EngineConfigurationError,
  EngineProtocolError,
  EngineUnreachableError,
} from '@docker-tracker/engine-client';
import { DockerTracker, type DockerTrackerOptions } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from './rig.js';

describe('opening a tracker is refused', () => {
  it('F42: where there is no socket, with what to do about it', async () => {
    await using folder = await socketFolder();
    const host = `unix://${folder.path}`;
    const error = await refusal({ host });
    expect(error).toMatchObject({
      code: 'DrmCommunication',
      message: `open: GET /_ping: cannot connect to ${host}: there is no such socket. Is the engine running? Start it, or set DOCKER_HOST`,
      cause: expect.any(EngineUnreachableError) as EngineUnreachableError,
    });
  });

  it('F42: where nobody listens at the socket any more', async () => {
    await using folder = await socketFolder();
    await folder.deadSocket();
    const host = `unix://${folder.path}`;
    expect(await refusal({ host })).toMatchObject({
      code: 'DrmCommunication',
      message: `open: GET /_ping: cannot connect to ${host}: nothing listens there. Is the engine running? Start it, or set DOCKER_HOST`,
    });
  });

  it('without permission for the socket, and says so', async () => {
    await using folder = await socketFolder();
    await folder.serve(createServer());
    await chmod(folder.path, 0o600);
    const program = fileURLToPath(new URL('./open-without-permission.mjs', import.meta.url));
    const host = `unix://${folder.path}`;
    const { stdout } = await promisify(execFile)(process.execPath, [program, host]);
    expect(JSON.parse(stdout)).toEqual({
      code: 'DrmCommunication',
      message: `open: GET /_ping: cannot connect to ${host}: permission denied. Join the group that owns the socket (usually docker), or set DOCKER_HOST to an engine that you may use`,
    });
  });

  const html: RequestListener = (_request, response) => {
    response.writeHead(200, { 'content-type': 'text/html' });
    response.end('<html>Welcome</html>');
  };
  const notFound: RequestListener = (_request, response) => {
    response.writeHead(404, { 'content-type': 'text/html' });
    response.end('<html>Not found</html>');
  };
  it.each([
    ['answers HTML', () => createHttpServer(html)],
    ['finds nothing', () => createHttpServer(notFound)],
    ['speaks another protocol', () => createServer((socket) => socket.end('SSH-2.0-OpenSSH_9.2\r\n'))],
  ])('by a server that %s, as no engine', async (_what, server) => {
    await using folder = await socketFolder();
    await folder.serve(server());
    const error = await refusal({ host: `unix://${folder.path}` });
    expect(error).toMatchObject({
      code: 'DrmCommunication',
      cause: expect.any(EngineProtocolError) as EngineProtocolError,
    });
    const words = `open: GET /_ping: what answers at unix://${folder.path} is not a Docker Engine`;
    expect(error.message.startsWith(words)).toBe(true);
  });

  it('by a server that closes the connection', async () => {
    await using folder = await socketFolder();
    await folder.serve(createServer((socket) => socket.destroy()));
    const error = await refusal({ host: `unix://${folder.path}` });
    expect(error).toMatchObject({
      code: 'DrmCommunication',
      cause: expect.any(EngineUnreachableError) as EngineUnreachableError,
    });
    expect(error.message).toContain(`the connection to unix://${folder.path} was lost`);
  });

  it.each([
    ['old', '1.40', '1.12', 'up to 1.40'],
    ['new', '1.60', '1.53', '1.53 to 1.60'],
  ])('F33: by an engine that is too %s, naming both sides', async (age, highest, lowest, range) => {
    await using folder = await socketFolder();
    await folder.serve(createHttpServer(versionsOf(highest, lowest)));
    const error = await refusal({ host: `unix://${folder.path}` });
    expect(error).toMatchObject({
      code: 'InvalidArgument',
      message: `open: the engine at unix://${folder.path} is too ${age}: it speaks API ${range}, this client speaks 1.41 to 1.52`,
      cause: expect.any(EngineConfigurationError) as EngineConfigurationError,
    });
  });

  it('for a host that is none, with the accepted forms', async () => {
    const error = await refusal({ host: 'ftp://engine' });
    expect(error).toMatchObject({ code: 'InvalidArgument' });
    expect(error.message).toMatch(/^open: host is "ftp:\/\/engine": .*Accepted: unix:\/\/.*tcp:\/\/HOST:PORT/);
  });

  it.each([
    [{ session: 'a\nb' }, 'session is "a\\nb"; accepted: a text of at most 200 characters, no control characters'],
    [{ suspend: 'freeze' }, 'suspend is "freeze"; accepted: signal or pause'],
    [{ terminate: 'term' }, 'terminate is "term"; accepted: kill or stop'],
    [{ templateLabel: 'none' }, 'templateLabel is "none"; accepted: full or redacted'],
    [{ strictExtensions: 'yes' }, 'strictExtensions is "yes"; accepted: true or false'],
    [{ network: '' }, 'network is ""; accepted: a network mode such as none, bridge or host'],
  ])('for the option %j', async (option, message) => {
    const error = await refusal({ host: engineHost(), ...(option as Partial<DockerTrackerOptions>) });
    expect(error).toMatchObject({ code: 'InvalidArgument', message });
  });

  it('when its signal aborts, before or during the first sync, and no connection is left', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    const reason = new Error('given up');
    await expect(
      DockerTracker.open({ session: 'aborted', host: proxy.host, signal: AbortSignal.abort(reason) }),
    ).rejects.toBe(reason);
    for (const stage of ['GET /_ping', 'GET /info', 'GET /events', 'GET /containers/json']) {
      const hold = proxy.hold(stage);
      const abort = new AbortController();
      const opening = DockerTracker.open({ session: 'aborted', host: proxy.host, signal: abort.signal });
      await hold.first;
      abort.abort(reason);
      await expect(opening, stage).rejects.toBe(reason);
      hold.release();
    }
    await expect.poll(() => proxy.openConnections, { timeout: 30_000 }).toBe(0);
  });

  it('by an engine that goes away during the first sync', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    const hold = proxy.hold('GET /containers/json');
    const opening = DockerTracker.open({ session: 'cut', host: proxy.host });
    await hold.first;
    proxy.cut();
    await expect(opening).rejects.toMatchObject({ code: 'DrmCommunication' });
    hold.release();
  });

  it('on an engine object that was closed', async () => {
    await using rig = await Rig.open();
    const engine = await Engine.connect({ host: engineHost() });
    await engine.close();
    await expect(DockerTracker.open({ session: rig.session, engine })).rejects.toMatchObject({
      code: 'InvalidSession',
    });
  });
});

async function refusal(options: Partial<DockerTrackerOptions>): Promise<Error & { readonly code: string }> {
  const opening = DockerTracker.open({ session: 'refused', ...options });
  return opening.then(
    async (tracker) => {
      await tracker.close();
      throw new Error('the tracker was opened');
    },
    (error: unknown) => error as Error & { readonly code: string },
  );
}

function versionsOf(ApiVersion: string, MinAPIVersion: string): RequestListener {
  const Version = { Version: '99.0', ApiVersion, MinAPIVersion, Os: 'linux', Arch: 'amd64' };
  return (request, response) => {
    response.setHeader('Api-Version', ApiVersion);
    if (request.url === '/_ping') response.end('OK');
    else response.setHeader('content-type', 'application/json').end(JSON.stringify(Version));
  };
}

type SocketFolder = {
  readonly path: string;
  serve(server: Server): Promise<void>;
  /** A socket file that nobody listens at. */
  deadSocket(): Promise<void>;
} & AsyncDisposable;

async function socketFolder(): Promise<SocketFolder> {
  const folder = await mkdtemp(join(tmpdir(), 'refusals-'));
  await chmod(folder, 0o755);
  const path = join(folder, 'engine.sock');
  const sockets = new Set<Socket>();
  let running: Server | undefined;
  return {
    path,
    async serve(server) {
      running = server;
      server.on('connection', (socket: Socket) => sockets.add(socket.on('error', () => undefined)));
      await new Promise<void>((resolve) => server.listen(path, resolve));
    },
    async deadSocket() {
      // the kernel leaves the file of a listener that was killed
      const listen = `require('net').createServer().listen(${JSON.stringify(path)}, () => process.kill(process.pid, 'SIGKILL'))`;
      await promisify(execFile)(process.execPath, ['-e', listen]).catch(() => undefined);
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      const server = running;
      if (server) await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
