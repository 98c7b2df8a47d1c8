import { checkApiVersion, negotiateVersion, ping } from './api-version.js';
import { Containers, type CallOptions } from './containers.js';
import { decodeSystemInfo, decodeSystemVersion } from './decode/system.js';
import type { Endpoint, TlsOptions } from './endpoint/endpoint.js';
import { resolveEndpoint } from './endpoint/resolve-endpoint.js';
import { events, watchEvents, type EventsOptions, type WatchEventsOptions } from './events.js';
import { Images } from './images.js';
import type { EngineTimeouts } from './transport/engine-call.js';
import { checkTimeouts } from './transport/timeouts.js';
import { Transport } from './transport/transport.js';
import type { EngineEvent } from './wire/event.js';
import type { EnginePing, SystemInfo, SystemVersion } from './wire/system.js';

export interface EngineOptions extends CallOptions {
  /**
   * `unix:///path`, `/path`, `npipe:////./pipe/name`, `tcp://host:port`, `http://…`, `https://…`. Not together with
   * `context`. Named pipes are checked as values only, never against an engine on Windows.
   */
  readonly host?: string | undefined;
  /** Name of a Docker context. */
  readonly context?: string | undefined;
  /** PEM texts; present means TLS for `tcp://` and `https://`. */
  readonly tls?: TlsOptions | undefined;
  /** Speak exactly this version, `1.41` to `1.52`. Default: `DOCKER_API_VERSION`, else the highest that both sides speak. */
  readonly apiVersion?: string | undefined;
  /** Where `DOCKER_HOST` and its kin are read. Default: `process.env`. */
  readonly environment?: Readonly<Record<string, string | undefined>> | undefined;
  readonly timeouts?: Partial<EngineTimeouts> | undefined;
}

/**
 * One Docker Engine. Every call takes an AbortSignal; an abort rejects with `signal.reason` and frees the connection.
 * Questions, commands and streams have connections of their own, so none waits behind a slower kind.
 * Idle connections do not keep the process alive, and close after four seconds.
 */
export class Engine {
  readonly containers: Containers;
  readonly images: Images;
  readonly #transport: Transport;
  readonly #endpoint: Endpoint;
  readonly #pinned: string | undefined;

  private constructor(endpoint: Endpoint, transport: Transport, pinned: string | undefined) {
    this.#endpoint = endpoint;
    this.#transport = transport;
    this.#pinned = pinned;
    this.containers = new Containers(transport);
    this.images = new Images(transport);
  }

  /**
   * Finds the engine (`DOCKER_HOST`, `DOCKER_CONTEXT`, `DOCKER_CERT_PATH`, `DOCKER_TLS_VERIFY`, `DOCKER_CONFIG`,
   * `DOCKER_API_VERSION`, as the `docker` command reads them), asks whether it is one, and agrees on an API version.
   *
   * @throws {EngineConfigurationError} unusable host, context, certificate or version; no common version.
   * @throws {EngineUnreachableError} nothing there, or no permission.
   * @throws {EngineProtocolError} something else answers there.
   */
  static async connect(options: EngineOptions = {}): Promise<Engine> {
    const environment = options.environment ?? process.env;
    const endpoint = resolveEndpoint(environment, options);
    const pinned = pinnedVersion(options.apiVersion, environment.DOCKER_API_VERSION);
    const engine = new Engine(endpoint, new Transport(endpoint, checkTimeouts(options.timeouts ?? {})), pinned);
    try {
      await engine.negotiate({ signal: options.signal });
      return engine;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }

  /** The version spoken, e.g. `1.41`. */
  get apiVersion(): string {
    return this.#transport.apiVersion;
  }

  /** Where the engine is; safe to print. */
  get host(): string {
    return this.#endpoint.label;
  }

  /** Whether {@link close} was called. */
  get closed(): boolean {
    return this.#transport.closed;
  }

  /** Sockets open at this moment, idle ones included. */
  get connections(): number {
    return this.#transport.connections;
  }

  /** `timeouts.silenceMs`; 0 on a socket of this host, which tells when its other end is gone. */
  get silenceMs(): number {
    return this.#endpoint.socketPath === undefined ? this.#transport.timeouts.silenceMs : 0;
  }

  /** Whether the engine answers, and what it says about itself. */
  ping(options: CallOptions = {}): Promise<EnginePing> {
    return ping(this.#transport, options.signal);
  }

  /** Asks again and chooses the version again: after a reconnect another engine may be there. Returns the version. */
  async negotiate(options: CallOptions = {}): Promise<string> {
    this.#transport.apiVersion = await negotiateVersion(this.#transport, this.#pinned, options.signal);
    return this.#transport.apiVersion;
  }

  version(options: CallOptions = {}): Promise<SystemVersion> {
    return this.#transport.json({ method: 'GET', path: '/version', signal: options.signal }, decodeSystemVersion);
  }

  /** The engine's clock, host and settings. */
  info(options: CallOptions = {}): Promise<SystemInfo> {
    return this.#transport.json({ method: 'GET', path: '/info', signal: options.signal }, decodeSystemInfo);
  }

  /**
   * The pull face of `/events`. It begins at the first `next()` and drains the socket whatever the consumer does.
   *
   * @throws {EngineOverflowError} more than `bufferLimit` events waited, after those were given.
   * @throws {EngineProtocolError} a line that is no event.
   */
  events(options: EventsOptions = {}): AsyncIterableIterator<EngineEvent> {
    return events(this.#transport, options);
  }

  /**
   * The push face of `/events`, called straight from the socket. Resolves at a clean end of the body, which an engine
   * that shuts down sends as well; rejects with an EngineError, with `signal.reason`, or with what a callback threw.
   */
  watchEvents(options: WatchEventsOptions): Promise<void> {
    return watchEvents(this.#transport, options);
  }

  /** Ends every call and stream with EngineClosedError and closes every connection. Calling it again changes nothing. */
  close(): Promise<void> {
    return this.#transport.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}

function pinnedVersion(option: string | undefined, variable: string | undefined): string | undefined {
  if (option !== undefined) return checkApiVersion(option, 'apiVersion');
  return variable === undefined || variable === '' ? undefined : checkApiVersion(variable, 'DOCKER_API_VERSION');
}
