import type { IncomingHttpHeaders } from 'node:http';
import type { Readable } from 'node:stream';
import { Client, Pool, type Dispatcher } from 'undici';
import type { Decoder } from '../decode/decoder.js';
import type { Endpoint } from '../endpoint/endpoint.js';
import type { EngineHttpError } from '../errors.js';
import { EngineClosedError, EngineProtocolError, type RequestLine } from '../errors.js';
import { queryString } from '../query.js';
import { ANSWER_LIMIT, engineMessageOf, readAtMost, readErrorBody } from './body.js';
import { Connector } from './connector.js';
import { dispatch, isUploadError } from './dispatch.js';
import { traced } from '../diagnostics.js';
import type { EngineCall, EngineTimeouts, Lane } from './engine-call.js';
import { OpenCall } from './open-call.js';
import { refusalOf } from './refusal.js';
import { upgrade, type Upgraded } from './upgrade.js';
import { withinWhole } from './whole-answer.js';

/** The head of an answer has arrived; the body is read as fast as the caller reads it. */
export interface Answer {
  readonly request: RequestLine;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Readable;
  /** To be called once, at the latest when the body has ended: frees the connection, read or not. */
  finish(): void;
  /** Ends the call early; what is read from then on fails with `reason`. */
  end(reason: unknown): void;
  /** {@link end} with an EngineClosedError. */
  endClosed(what: string): void;
  /** What to throw for an error met while reading. */
  failure(error: unknown): unknown;
}

/** Questions are answered in a millisecond or so; more connections than this only queue inside the engine. */
export const QUESTION_CONNECTIONS = 16;

/** Each can be busy for as long as a container takes to stop, so there are more of them. */
export const COMMAND_CONNECTIONS = 64;

/** Requests to one engine: connections, timeouts, cancelling, errors. Knows no endpoints' meaning. */
export class Transport {
  /** In front of every versioned path, e.g. `1.41`; set by negotiation. */
  apiVersion = '';
  readonly endpoint: Endpoint;
  readonly timeouts: EngineTimeouts;
  readonly #connector: Connector;
  readonly #questions: Pool;
  readonly #commands: Pool;
  readonly #open = new Set<OpenCall>();
  #closed: Promise<void> | undefined;

  constructor(endpoint: Endpoint, timeouts: EngineTimeouts) {
    this.endpoint = endpoint;
    this.timeouts = timeouts;
    this.#connector = new Connector(endpoint, timeouts.connectMs);
    const options = { connect: this.#connector.connector(), bodyTimeout: timeouts.bodyMs };
    this.#questions = new Pool(endpoint.origin, { ...options, connections: QUESTION_CONNECTIONS });
    this.#commands = new Pool(endpoint.origin, { ...options, connections: COMMAND_CONNECTIONS });
  }

  get closed(): boolean {
    return this.#closed !== undefined;
  }

  /** Sockets open or being opened, idle ones included. */
  get connections(): number {
    return this.#connector.size;
  }

  /** Resolves when the head of a successful answer has arrived. */
  send(call: EngineCall): Promise<Answer> {
    return traced(
      () => ({ host: this.endpoint.label, method: call.method, path: this.#versionedPath(call) }),
      () => this.#send(call),
    );
  }

  async #send(call: EngineCall): Promise<Answer> {
    const open = this.#begin(call);
    try {
      const response = await this.#dispatch(call, open);
      const { statusCode: status, headers, body } = response;
      // every way out of the call destroys the body, which closes the connection unless it was read to its end
      open.onFinish(() => body.on('error', ignore).destroy());
      if (!isSuccess(status, call)) throw await this.#refusal(open.request, status, headers, body);
      return {
        request: open.request,
        status,
        headers,
        body,
        finish: () => {
          open.finish();
        },
        end: (reason) => {
          open.end(reason);
        },
        endClosed: (what) => {
          open.endClosed(what);
        },
        failure: (error) => open.failure(error),
      };
    } catch (error) {
      const failure = isUploadError(call, error) ? error : open.failure(error);
      open.finish();
      throw failure;
    }
  }

  /** An answer in JSON, checked by `decoder`. */
  async json<T>(call: EngineCall, decoder: Decoder<T>): Promise<T> {
    const answer = await this.send(call);
    try {
      const bytes = await withinWhole(answer, this.timeouts, () => readAtMost(answer.body, ANSWER_LIMIT));
      if (bytes === undefined) {
        throw new EngineProtocolError(answer.request, `the answer is larger than ${String(ANSWER_LIMIT)} bytes`);
      }
      return decoder(parseJson(bytes, answer.request), '');
    } catch (error) {
      throw answer.failure(error);
    } finally {
      answer.finish();
    }
  }

  /** The status of an answer whose body says nothing. */
  async status(call: EngineCall): Promise<number> {
    const answer = await this.send(call);
    try {
      // read, though nothing is wanted: an unread body would cost the connection
      await withinWhole(answer, this.timeouts, () => readAtMost(answer.body, ANSWER_LIMIT));
      return answer.status;
    } catch (error) {
      throw answer.failure(error);
    } finally {
      answer.finish();
    }
  }

  /** Turns a connection into a plain two-way stream (attach, exec). */
  async upgrade(call: EngineCall): Promise<Upgraded> {
    const open = this.#begin(call);
    try {
      return await upgrade(open, this.#connector, {
        endpoint: this.endpoint,
        path: this.#pathOf(call),
        json: call.json,
        connectMs: this.timeouts.connectMs,
        headersMs: this.#headersMs(call),
      });
    } catch (error) {
      const failure = open.failure(error);
      open.finish();
      throw failure;
    }
  }

  /** Ends every call with EngineClosedError and closes every connection. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  async #close(): Promise<void> {
    for (const open of [...this.#open]) open.endClosed('the engine client was closed');
    await Promise.all([this.#questions.destroy(), this.#commands.destroy()]);
    await this.#connector.destroy();
  }

  #begin(call: EngineCall): OpenCall {
    const request = { method: call.method, path: this.#versionedPath(call) };
    if (this.#closed !== undefined) throw new EngineClosedError(request, 'the engine client is closed');
    call.signal?.throwIfAborted();
    call.leave?.throwIfAborted();
    return new OpenCall(request, this.endpoint.label, this.#open, [call.signal, call.leave]);
  }

  #dispatch(call: EngineCall, open: OpenCall): Promise<Dispatcher.ResponseData> {
    const dispatcher = this.#dispatcher(call.lane ?? 'question', open);
    const timeouts = { headersTimeout: this.#headersMs(call), ...(call.lane === 'stream' && { bodyTimeout: 0 }) };
    return dispatch(dispatcher, call, open, { path: this.#pathOf(call), ...timeouts });
  }

  #dispatcher(lane: Lane, open: OpenCall): Dispatcher {
    if (lane === 'question') return this.#questions;
    if (lane === 'command') return this.#commands;
    let close = (): void => undefined;
    const connect = this.#connector.connector((socket) => {
      close = () => socket.destroy();
    });
    const client = new Client(this.endpoint.origin, { connect });
    open.onFinish(() => {
      client.destroy().catch(ignore);
      close();
    });
    return client;
  }

  #headersMs(call: EngineCall): number {
    return call.headersMs ?? (call.lane === 'command' ? this.timeouts.commandMs : this.timeouts.headersMs);
  }

  #versionedPath(call: EngineCall): string {
    return call.versioned === false || this.apiVersion === '' ? call.path : `/v${this.apiVersion}${call.path}`;
  }

  #pathOf(call: EngineCall): string {
    return this.endpoint.basePath + this.#versionedPath(call) + queryString(call.query ?? {});
  }

  async #refusal(
    request: RequestLine,
    status: number,
    headers: IncomingHttpHeaders,
    body: Readable,
  ): Promise<EngineHttpError> {
    const message = engineMessageOf(await readErrorBody(body, this.timeouts.bodyMs));
    return refusalOf(request, status, message, headers.location);
  }
}

function isSuccess(status: number, call: EngineCall): boolean {
  return (status >= 200 && status < 300) || call.alsoAccept?.includes(status) === true;
}

function parseJson(bytes: Buffer, request: RequestLine): unknown {
  try {
    return JSON.parse(bytes.toString('utf8'));
  } catch (cause) {
    throw new EngineProtocolError(request, 'the answer is not JSON', { cause, received: bytes });
  }
}

function ignore(): void {
  // what the caller was told is elsewhere; an error event without a listener would end the process
}
