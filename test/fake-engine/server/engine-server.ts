import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { getResponse, type HttpHandler } from 'msw';
import type { Faults, Verdict } from '../control/faults.js';
import type { RequestLog, RequestRecord } from '../control/request-log.js';
import type { EngineModel } from '../model/engine-model.js';
import { json, refusal } from './answers.js';
import { refuseVersion, splitVersion } from './api-version.js';
import { hijack, readHijack } from './hijack.js';
import { API_VERSION_HEADER } from './route.js';
import { writeAnswer } from './write-answer.js';

export interface EngineServerParts {
  readonly model: EngineModel;
  readonly handlers: readonly HttpHandler[];
  readonly log: RequestLog;
  readonly faults: Faults;
}

/** Go listens with the kernel's somaxconn; Node's 511 would refuse a burst of waiters that an engine takes. */
const BACKLOG = 4096;

/** node:http in front of msw handlers. msw itself cannot intercept undici; behind a real socket it need not. */
export class EngineServer {
  readonly #parts: EngineServerParts;
  readonly #sockets = new Set<Socket>();
  readonly #eventSockets = new Set<Socket>();
  #server: Server | undefined;

  constructor(parts: EngineServerParts) {
    this.#parts = parts;
  }

  get openSockets(): number {
    return this.#sockets.size;
  }

  /** Event streams whose header was sent. */
  get openEventStreams(): number {
    return this.#eventSockets.size;
  }

  /** A socket path, or a TCP port on the loopback, with 0 one that is free. Answers the address. */
  async listen(at: string | number): Promise<string> {
    const server = createServer((request, response) => void this.#answer(request, response));
    server.on('upgrade', (request, socket: Socket, head: Buffer) => {
      if (head.length > 0) socket.unshift(head);
      void this.#upgrade(request, socket);
    });
    server.on('clientError', (_error, socket) => socket.destroy());
    server.on('connection', (socket) => {
      this.#sockets.add(socket);
      socket.on('close', () => this.#sockets.delete(socket));
    });
    server.keepAliveTimeout = 0;
    server.requestTimeout = 0;
    server.headersTimeout = 0;
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      if (typeof at === 'string') server.listen({ path: at, backlog: BACKLOG }, resolve);
      else server.listen({ port: at, host: '127.0.0.1', backlog: BACKLOG }, resolve);
    });
    this.#server = server;
    const address = server.address();
    return address === null || typeof address === 'string' ? `unix://${String(at)}` : `tcp://127.0.0.1:${address.port}`;
  }

  /** Stops listening and cuts every connection. */
  async close(): Promise<void> {
    const server = this.#server;
    this.#server = undefined;
    const closed =
      server &&
      new Promise<void>((resolve) =>
        server.close(() => {
          resolve();
        }),
      );
    for (const socket of this.#sockets) socket.destroy();
    await closed;
  }

  /** Cuts the event streams at the socket. */
  cutEventStreams(): void {
    for (const socket of [...this.#eventSockets]) socket.destroy();
  }

  cutAll(): void {
    for (const socket of [...this.#sockets]) socket.destroy();
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { socket } = request;
    const record = await this.#record(request);
    if (record === undefined) return;
    const verdicts = this.#parts.faults.judge(record);
    await holdWhile(verdicts, 'arrived');
    const isHijack = readHijack(record.method, record.route)?.kind === 'attach' && !verdicts.some(isFail);
    if (isHijack) {
      await this.#hijack(record, socket, false);
      return;
    }
    const answer = await this.#decide(record, verdicts);
    await holdWhile(verdicts, 'answered');
    if (verdicts.some(({ kind }) => kind === 'drop')) {
      answer.body?.cancel().catch(() => undefined);
      socket.destroy();
      return;
    }
    record.status = answer.status;
    if (record.route === '/events' && answer.status === 200) {
      this.#eventSockets.add(socket);
      response.on('close', () => this.#eventSockets.delete(socket));
    }
    if (verdicts.some(({ kind }) => kind === 'cut-body')) {
      response.writeHead(answer.status, Object.fromEntries(answer.headers));
      response.flushHeaders();
      setImmediate(() => socket.destroy());
      return;
    }
    await writeAnswer(answer, response);
  }

  async #upgrade(request: IncomingMessage, socket: Socket): Promise<void> {
    const record = await this.#record(request);
    if (record === undefined) return;
    const verdicts = this.#parts.faults.judge(record);
    await holdWhile(verdicts, 'arrived');
    await holdWhile(verdicts, 'answered');
    if (verdicts.some(({ kind }) => kind === 'drop')) socket.destroy();
    else if (verdicts.some(isFail) || readHijack(record.method, record.route) === undefined)
      socket.end('HTTP/1.1 500 Internal Server Error\r\nContent-Length: 0\r\nConnection: close\r\n\r\n');
    else await this.#hijack(record, socket, true);
  }

  async #hijack(record: RequestRecord, socket: Socket, isUpgrade: boolean): Promise<void> {
    const target = readHijack(record.method, record.route);
    if (target === undefined) return;
    record.status = isUpgrade ? 101 : 200;
    const { query, apiVersion } = record;
    await hijack(this.#parts.model, { ...target, query, apiVersion, isUpgrade }, socket);
  }

  /** Undefined when the client went away before its request was whole. */
  async #record(request: IncomingMessage): Promise<RequestRecord | undefined> {
    const { url = '/', method = 'GET' } = request;
    const { pathname, searchParams } = new URL(`http://engine${url}`);
    const { apiVersion, route } = splitVersion(this.#parts.model.profile, pathname);
    const hasBody = request.headers.upgrade === undefined;
    const body = hasBody ? await readBody(request) : Buffer.alloc(0);
    if (body === undefined) return undefined;
    const record: RequestRecord = {
      method,
      path: url,
      route,
      query: searchParams,
      apiVersion,
      body: body.toString('latin1'),
      accept: request.headers.accept,
      contentType: request.headers['content-type'],
      atMs: Date.now(),
      status: undefined,
    };
    this.#parts.log.add(record);
    return record;
  }

  async #decide(record: RequestRecord, verdicts: readonly Verdict[]): Promise<Response> {
    const { profile } = this.#parts.model;
    const failed = verdicts.find(isFail);
    const tooOldOrNew = refuseVersion(profile, record.apiVersion);
    const answer = failed === undefined ? (tooOldOrNew ?? (await this.#handle(record))) : refusal(failed.failure);
    // an unknown route never reaches the part of the engine that adds these
    if (answer === undefined) return json({ message: 'page not found' }, 404);
    answer.headers.set('api-version', profile.apiVersion);
    if (tooOldOrNew === undefined) answer.headers.set('docker-experimental', 'false');
    answer.headers.set('ostype', 'linux');
    answer.headers.set('server', `Docker/${profile.version} (linux)`);
    return answer;
  }

  #handle(record: RequestRecord): Promise<Response | undefined> {
    const { method, route, query, body } = record;
    const headers = new Headers({ [API_VERSION_HEADER]: record.apiVersion });
    if (record.accept !== undefined) headers.set('accept', record.accept);
    if (record.contentType !== undefined) headers.set('content-type', record.contentType);
    const hasBody = body !== '' && !['GET', 'HEAD'].includes(method);
    const request = new Request(`http://engine${route}?${query.toString()}`, {
      method,
      headers,
      ...(hasBody ? { body: Buffer.from(body, 'latin1') } : {}),
    });
    // msw clones the request for each handler it asks: spare it those of other methods
    const handlers = this.#parts.handlers.filter(({ info }) => info.method === method);
    return getResponse(handlers, request);
  }
}

function isFail(verdict: Verdict): verdict is Extract<Verdict, { kind: 'fail' }> {
  return verdict.kind === 'fail';
}

async function holdWhile(verdicts: readonly Verdict[], when: 'arrived' | 'answered'): Promise<void> {
  for (const verdict of verdicts) if (verdict.kind === 'hold' && verdict.when === when) await verdict.released;
}

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  try {
    for await (const chunk of request as AsyncIterable<Buffer>) chunks.push(chunk);
    return Buffer.concat(chunks);
  } catch {
    return undefined;
  }
}
