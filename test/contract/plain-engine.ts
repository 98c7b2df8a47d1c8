import type { Duplex } from 'node:stream';
import { Agent, request, upgrade } from 'undici';

export interface PlainAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
}

/** An answer whose header has arrived; the body is read line by line or chunk by chunk as it comes. */
export interface OpenAnswer {
  readonly status: number;
  readonly headers: PlainAnswer['headers'];
  readonly body: AsyncIterable<Buffer>;
  readonly done: Promise<string>;
  close(): void;
}

/** HTTP to an engine by undici alone: what is tested here is the engine, not our own client. */
export class PlainEngine implements AsyncDisposable {
  readonly #agent: Agent;
  readonly #origin: string;
  readonly #version: string;

  constructor(host: string, apiVersion = '') {
    const isSocket = host.startsWith('unix://');
    this.#agent = new Agent({
      ...(isSocket ? { connect: { socketPath: host.slice('unix://'.length) } } : {}),
      headersTimeout: 0,
      bodyTimeout: 0,
      connections: null,
    });
    this.#origin = isSocket ? 'http://engine' : host.replace('tcp://', 'http://');
    this.#version = apiVersion === '' ? '' : `/v${apiVersion}`;
  }

  async call(method: string, path: string, body?: unknown): Promise<PlainAnswer> {
    const response = await this.#send(method, path, body);
    const bytes = Buffer.from(await response.body.arrayBuffer());
    return { status: response.statusCode, headers: response.headers, bytes, text: bytes.toString('utf8') };
  }

  async json<Value>(path: string): Promise<Value> {
    const { text } = await this.call('GET', path);
    return JSON.parse(text) as Value;
  }

  /** Resolves with the header. */
  async open(method: string, path: string): Promise<OpenAnswer> {
    const response = await this.#send(method, path, undefined);
    const { body } = response;
    body.on('error', () => undefined);
    return {
      status: response.statusCode,
      headers: response.headers,
      body,
      get done() {
        return body.text();
      },
      close: () => {
        body.destroy();
      },
    };
  }

  /** Leaves HTTP by `Upgrade: tcp`. */
  async upgrade(path: string): Promise<Duplex> {
    const { socket } = await upgrade(`${this.#origin}${this.#version}${path}`, {
      dispatcher: this.#agent,
      method: 'POST',
      protocol: 'tcp',
    });
    return socket;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.destroy();
  }

  #send(method: string, path: string, body: unknown): ReturnType<typeof request> {
    const prefix = /^\/(?:v\d|_ping)/.test(path) ? '' : this.#version;
    return request(`${this.#origin}${prefix}${path}`, {
      method: method as 'GET',
      dispatcher: this.#agent,
      ...(body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
  }
}
