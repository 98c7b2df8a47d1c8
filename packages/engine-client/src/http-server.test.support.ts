import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { createServer as createNetServer, type Server as NetServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Engine, type EngineOptions } from './engine.js';

/** A server of a test, on a unix socket of its own. */
export interface TestServer extends AsyncDisposable {
  readonly host: string;
  /** `METHOD /path?query` of every request. */
  readonly requests: string[];
  readonly server: Server | NetServer;
  /** Sockets open at the server. */
  readonly sockets: ReadonlySet<Socket>;
  /** All sockets ever accepted. */
  accepted(): number;
  /** An Engine that talks to it, closed together with it. */
  connect(options?: EngineOptions): Promise<Engine>;
  /** Resolves when `count` sockets are open. */
  socketsAre(count: number): Promise<void>;
}

const API_VERSION = '1.41';

/** Serves `/_ping` and leaves everything else to `listener`. */
export function serveEngine(listener: RequestListener, apiVersion = API_VERSION): Promise<TestServer> {
  return serve((request, response) => {
    if (request.url === '/_ping') ping(response, apiVersion);
    else listener(request, response);
  });
}

export async function serve(listener: RequestListener): Promise<TestServer> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push(`${request.method ?? ''} ${request.url ?? ''}`);
    listener(request, response);
  });
  server.keepAliveTimeout = 0;
  return listen(server, requests);
}

/** A server below HTTP. */
export function serveRaw(onSocket: (socket: Socket) => void): Promise<TestServer> {
  return listen(
    createNetServer({ allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('end', () => socket.end());
      onSocket(socket);
    }),
    [],
  );
}

export function ping(response: ServerResponse, apiVersion: string): void {
  response.writeHead(200, { 'api-version': apiVersion, ostype: 'linux', server: 'Docker/test' }).end();
}

export function json(response: ServerResponse, value: unknown, status = 200): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
}

export async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}

async function listen(server: Server | NetServer, requests: string[]): Promise<TestServer> {
  const folder = await mkdtemp(join(tmpdir(), 'engine-client-'));
  const socketPath = join(folder, 's');
  const sockets = new Set<Socket>();
  const engines: Engine[] = [];
  const watchers = new Set<() => void>();
  let accepted = 0;
  server.on('connection', (socket: Socket) => {
    accepted += 1;
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      for (const watcher of watchers) watcher();
    });
    for (const watcher of watchers) watcher();
  });
  await new Promise<void>((resolve) => server.listen(socketPath, resolve));
  return {
    host: `unix://${socketPath}`,
    requests,
    server,
    sockets,
    accepted: () => accepted,
    async connect(options = {}) {
      const engine = await Engine.connect({ host: `unix://${socketPath}`, environment: {}, ...options });
      engines.push(engine);
      return engine;
    },
    socketsAre(count) {
      return new Promise((resolve) => {
        const look = (): void => {
          if (sockets.size !== count) return;
          watchers.delete(look);
          resolve();
        };
        watchers.add(look);
        look();
      });
    },
    async [Symbol.asyncDispose]() {
      await Promise.all(engines.map((engine) => engine.close()));
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true, force: true });
    },
  };
}
