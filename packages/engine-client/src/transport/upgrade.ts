import { request as httpRequest, type ClientRequest, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { request as httpsRequest, type RequestOptions } from 'node:https';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { Endpoint } from '../endpoint/endpoint.js';
import { EngineProtocolError, EngineTimeoutError, type RequestLine } from '../errors.js';
import { engineMessageOf, readErrorBody } from './body.js';
import type { Connector } from './connector.js';
import type { OpenCall } from './open-call.js';
import { refusalOf } from './refusal.js';

/** A connection that has left HTTP. */
export interface Upgraded {
  readonly request: RequestLine;
  readonly headers: IncomingHttpHeaders;
  /** Bytes that came together with the answer's head are its first. */
  readonly socket: Duplex;
  /** Closes the socket. */
  finish(): void;
  end(reason: unknown): void;
  endClosed(what: string): void;
  /** Throws the reason if the call was ended early. */
  throwIfEnded(): void;
  failure(error: unknown): unknown;
}

interface UpgradeRequest {
  readonly endpoint: Endpoint;
  readonly path: string;
  readonly json?: unknown;
  readonly connectMs: number;
  readonly headersMs: number;
}

/**
 * Sends a request with `Upgrade: tcp` and resolves at the engine's 101.
 * Node's own client is used here: undici hides status and text of a refusal behind "bad upgrade".
 *
 * @throws {EngineHttpError} any other status; attach errors are plain text.
 */
export async function upgrade(open: OpenCall, connector: Connector, wanted: UpgradeRequest): Promise<Upgraded> {
  const content = wanted.json === undefined ? undefined : JSON.stringify(wanted.json);
  const outgoing = send(open.request, wanted, content);
  outgoing.on('socket', (socket) => {
    connector.track(socket);
  });
  open.onFinish(() => outgoing.on('error', ignore).destroy());
  const abort = (): void => {
    outgoing.destroy(new Error('the call was ended'));
  };
  open.signal.addEventListener('abort', abort, { once: true });
  const stopTimers = limitWaiting(outgoing, open.request, wanted);
  try {
    outgoing.end(content);
    const { incoming, socket, head } = await answerOf(outgoing);
    if (socket === undefined) throw await refusal(open.request, incoming);
    if (head.length > 0) socket.unshift(head);
    return upgraded(open, incoming, socket);
  } finally {
    stopTimers();
    open.signal.removeEventListener('abort', abort);
  }
}

function send(line: RequestLine, { endpoint, path }: UpgradeRequest, content: string | undefined): ClientRequest {
  const url = new URL(endpoint.origin);
  const headers = {
    connection: 'Upgrade',
    upgrade: 'tcp',
    ...(content === undefined
      ? {}
      : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(content) }),
  };
  const options: RequestOptions = { method: line.method, path, headers, agent: false };
  if (endpoint.socketPath !== undefined) return httpRequest({ ...options, socketPath: endpoint.socketPath });
  const target = { ...options, host: url.hostname.replace(/^\[|\]$/g, ''), port: url.port };
  return endpoint.tls === undefined
    ? httpRequest({ ...target, port: url.port || 80 })
    : httpsRequest({ ...target, port: url.port || 443, ...endpoint.tls.connectOptions() });
}

interface UpgradeAnswer {
  readonly incoming: IncomingMessage;
  readonly socket?: Duplex;
  readonly head: Buffer;
}

function answerOf(outgoing: ClientRequest): Promise<UpgradeAnswer> {
  return new Promise((resolve, reject) => {
    outgoing.on('error', reject);
    outgoing.once('upgrade', (incoming, socket, head) => {
      resolve({ incoming, socket, head });
    });
    outgoing.once('response', (incoming) => {
      resolve({ incoming, head: Buffer.alloc(0) });
    });
    outgoing.once('close', () => {
      reject(Object.assign(new Error('closed without an answer'), { code: 'ECONNRESET' }));
    });
  });
}

function limitWaiting(
  outgoing: ClientRequest,
  line: RequestLine,
  { connectMs, headersMs, endpoint }: UpgradeRequest,
): () => void {
  let timer: NodeJS.Timeout | undefined;
  const within = (ms: number, what: string): void => {
    clearTimeout(timer);
    if (ms === 0) return;
    timer = setTimeout(
      () => outgoing.destroy(new EngineTimeoutError(line, `${what} within ${String(ms)} ms (${endpoint.label})`)),
      ms,
    );
  };
  within(connectMs, 'no connection');
  outgoing.on('socket', (socket) => {
    socket.once(endpoint.tls === undefined ? 'connect' : 'secureConnect', () => {
      within(headersMs, 'no answer');
    });
  });
  return () => {
    clearTimeout(timer);
    timer = undefined;
  };
}

async function refusal(line: RequestLine, incoming: IncomingMessage): Promise<Error> {
  const status = incoming.statusCode ?? 0;
  if (status >= 200 && status < 300) {
    incoming.destroy();
    return new EngineProtocolError(
      line,
      `the connection was not upgraded (status ${String(status)}): is there a proxy in between?`,
    );
  }
  const message = engineMessageOf(await readErrorBody(incoming, REFUSAL_MS));
  return refusalOf(line, status, message, incoming.headers.location);
}

/** A refusal's text follows its head at once. */
const REFUSAL_MS = 10_000;

function upgraded(open: OpenCall, incoming: IncomingMessage, socket: Duplex): Upgraded {
  const destroy = (): void => {
    socket.destroy();
  };
  socket.on('error', ignore);
  if (socket instanceof Socket) socket.setTimeout(0).setNoDelay(true).setKeepAlive(true, 60_000);
  open.onFinish(destroy);
  socket.once('close', () => {
    open.finish();
  });
  open.signal.addEventListener('abort', destroy, { once: true });
  return {
    request: open.request,
    headers: incoming.headers,
    socket,
    finish: () => {
      open.finish();
    },
    end: (reason) => {
      open.end(reason);
    },
    endClosed: (what) => {
      open.endClosed(what);
    },
    throwIfEnded: () => {
      open.throwIfEnded();
    },
    failure: (error) => open.failure(error),
  };
}

function ignore(): void {
  // the failure reaches the caller elsewhere; an error event without a listener would end the process
}
