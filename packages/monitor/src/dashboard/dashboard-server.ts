import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { isIPv6 } from 'node:net';
import { Drmaa2Error, type Drmaa2ErrorCode } from '@docker-tracker/drmaa2';
import type { DashboardSource } from './dashboard-source.js';
import { FeedConnection } from './feed-connection.js';
import { control, describe, isDashboardAction, streamOutput, streamUsage, UnknownJobError } from './job-answers.js';
import { JobFeed } from './job-feed.js';
import { readPage, type PageDocument } from './page-document.js';
import { hasToken, newToken, refuseControl, refuseForeign, refuseMalformed, type Refused } from './request-guard.js';

export interface DashboardOptions {
  /** Where jobs are looked at; a DockerMonitor. It stays open when the server closes. */
  readonly monitor: DashboardSource;
  /** Whether jobs can be controlled, by whoever has the token of the printed URL. Default false: read-only. */
  readonly control?: boolean | undefined;
  /** Address or name to listen on. Default `127.0.0.1`. On any other, everybody who reaches it can read along. */
  readonly host?: string | undefined;
  /** 0 to 65535. Default 0: a free one. */
  readonly port?: number | undefined;
}

/** Connections at a time; each open page keeps one, and one or two more while it shows a job. */
const MOST_CONNECTIONS = 128;
/** A control carries all it says in its path. */
const MOST_BODY_BYTES = 1_024;
const MOST_HEADER_BYTES = 8_192;

/**
 * Serves a page with the live jobs of a monitor: `/` the page, `/events` the jobs as Server-Sent Events, `/jobs/ID` one job,
 * `/jobs/ID/output` and `/jobs/ID/usage` its streams, and POST `/jobs/ID/ACTION` where control is on.
 *
 * Reading needs no token: on the default address, everybody with an account on this host can read. Values of a job's
 * environment are shown only to whoever has the token.
 */
export class DashboardServer implements AsyncDisposable {
  /** What to open in a browser; where control is on, with the token, which stays out of requests (it is the fragment). */
  readonly url: string;
  readonly #server: Server;
  readonly #feed: JobFeed;
  #closed: Promise<void> | undefined;

  /**
   * Resolves when the server listens.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad option; OutOfResource: the address cannot be listened on, `cause` says why.
   */
  static async listen(options: DashboardOptions): Promise<DashboardServer> {
    const { monitor, control: controlled = false, host = '127.0.0.1', port = 0 } = options;
    if (!Number.isInteger(port) || port < 0 || port > 65_535)
      throw new Drmaa2Error('InvalidArgument', `port ${JSON.stringify(port)} is no number from 0 to 65535`);
    if (typeof host !== 'string' || host === '')
      throw new Drmaa2Error('InvalidArgument', `host ${JSON.stringify(host)} is no address or name such as 127.0.0.1`);
    const page = await readPage();
    const token = controlled ? newToken() : undefined;
    const feed = new JobFeed(monitor, { control: controlled });
    const answers = new Answers({ monitor, page, token, feed, host });
    const server = createServer({ maxHeaderSize: MOST_HEADER_BYTES, requestTimeout: 30_000 }, (request, response) => {
      void answers.answer(request, response);
    });
    server.maxConnections = MOST_CONNECTIONS;
    try {
      await listening(server, host, port);
    } catch (cause) {
      feed.close();
      throw new Drmaa2Error('OutOfResource', `cannot listen on ${host}, port ${String(port)}: choose another port`, {
        cause,
      });
    }
    const at = `http://${isIPv6(host) ? `[${host}]` : host}:${String((server.address() as AddressInfo).port)}/`;
    return new DashboardServer(token === undefined ? at : `${at}#token=${token}`, server, feed);
  }

  private constructor(url: string, server: Server, feed: JobFeed) {
    this.url = url;
    this.#server = server;
    this.#feed = feed;
  }

  /** Ends all pages' connections and stops listening. Jobs and the monitor go on. Calling it again changes nothing. */
  close(): Promise<void> {
    this.#closed ??= new Promise((resolve) => {
      this.#feed.close();
      this.#server.close(() => {
        resolve();
      });
      this.#server.closeAllConnections();
    });
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function listening(server: Server, host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, host, () => {
      server.off('error', reject);
      resolve();
    });
  });
}

interface Served {
  readonly monitor: DashboardSource;
  readonly page: PageDocument;
  readonly token: string | undefined;
  readonly feed: JobFeed;
  readonly host: string;
}

/** One answer for each request. */
class Answers {
  readonly #served: Served;

  constructor(served: Served) {
    this.#served = served;
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    // A page that went away is no failure.
    response.on('error', () => undefined);
    for (const [name, value] of Object.entries(ALWAYS)) response.setHeader(name, value);
    response.setHeader('content-security-policy', "default-src 'none'; frame-ancestors 'none'");
    try {
      const refused = refuseForeign(request, this.#served.host) ?? refuseMalformed(request);
      if (refused) refuse(response, refused);
      else await this.#route(request, response);
    } catch (error) {
      if (response.headersSent) response.destroy();
      else refuse(response, refusalFor(error));
    }
  }

  async #route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { monitor, page, token, feed } = this.#served;
    const url = new URL(`http://dashboard${request.url ?? '/'}`);
    const [, first = '', id = '', last = '', ...more] = url.pathname.split('/');
    const reads = request.method === 'GET';
    if (url.pathname === '/' && reads) {
      response.setHeader('content-security-policy', page.contentSecurityPolicy);
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', 'content-length': page.html.length });
      response.end(page.html);
    } else if (url.pathname === '/events' && reads) {
      const resumed = request.headers['last-event-id'] ?? url.searchParams.get('last-event-id') ?? undefined;
      FeedConnection.open(feed, response, String(resumed));
    } else if (first !== 'jobs' || id === '' || more.length > 0) {
      refuse(response, NOT_FOUND);
    } else if (isDashboardAction(last)) {
      if (request.method !== 'POST') {
        refuse(response, { ...WRONG_METHOD, message: `${last} is asked for by POST` });
        return;
      }
      const refused = refuseControl(request, token) ?? refuseBody(request);
      if (refused) {
        refuse(response, refused);
        return;
      }
      await control(monitor, id, last);
      response.writeHead(204).end();
    } else if (!reads) refuse(response, WRONG_METHOD);
    else if (last === '') answerJson(response, 200, await describe(monitor, id, { trusted: hasToken(request, token) }));
    else if (last === 'output') await streamOutput(monitor, id, url.searchParams.get('tail'), response);
    else if (last === 'usage') streamUsage(monitor, id, response);
    else refuse(response, NOT_FOUND);
  }
}

const ALWAYS = {
  'cache-control': 'no-store',
  'x-content-type-options': 'nosniff',
  'x-frame-options': 'DENY',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
};

const NOT_FOUND: Refused = { status: 404, code: 'NotFound', message: 'there is nothing here' };
const WRONG_METHOD: Refused = { status: 405, code: 'WrongMethod', message: 'this is read by GET' };

const STATUS: Partial<Record<Drmaa2ErrorCode, number>> = {
  InvalidArgument: 400,
  InvalidState: 409,
  UnsupportedOperation: 409,
  DeniedByDrms: 403,
  DrmCommunication: 503,
  TryLater: 503,
  Timeout: 504,
  InvalidSession: 503,
};

function refuseBody(request: IncomingMessage): Refused | undefined {
  const bytes = Number(request.headers['content-length'] ?? 0);
  if (request.headers['transfer-encoding'] === undefined && bytes <= MOST_BODY_BYTES) return undefined;
  return {
    status: 413,
    code: 'BodyTooLarge',
    message: `a control takes no body, and one of at most ${String(MOST_BODY_BYTES)} bytes is passed over`,
  };
}

function refusalFor(error: unknown): Refused {
  if (error instanceof UnknownJobError) return { status: 404, code: error.code, message: error.message };
  if (error instanceof Drmaa2Error)
    return { status: STATUS[error.code] ?? 500, code: error.code, message: error.message };
  return { status: 500, code: 'Internal', message: 'the dashboard failed at this request' };
}

/** A connection whose request is refused is not used again: what it still sends is not read. */
function refuse(response: ServerResponse, { status, code, message }: Refused): void {
  response.setHeader('connection', 'close');
  answerJson(response, status, { code, message });
}

function answerJson(response: ServerResponse, status: number, answer: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(JSON.stringify(answer));
}
