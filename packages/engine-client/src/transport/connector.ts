import type { Socket } from 'node:net';
import { buildConnector } from 'undici';
import type { Endpoint } from '../endpoint/endpoint.js';

/** Opens connections to one endpoint and knows all that are open, so that closing leaves none, connecting ones included. */
export class Connector {
  readonly #sockets = new Set<Socket>();
  readonly #connect: buildConnector.connector;

  constructor(endpoint: Endpoint, connectMs: number) {
    const { socketPath, tls } = endpoint;
    this.#connect = buildConnector({
      timeout: connectMs,
      allowH2: false,
      ...(socketPath === undefined ? {} : { socketPath }),
      ...tls?.connectOptions(),
    });
  }

  /** How many sockets are open or being opened. */
  get size(): number {
    return this.#sockets.size;
  }

  /** For undici's `connect` option. `onSocket` learns each socket as soon as it exists. */
  connector(onSocket?: (socket: Socket) => void): buildConnector.connector {
    return (options, callback) => {
      // The types say nothing comes back; the code returns the socket, which an early end has to reach.
      const connect: (...parameters: Parameters<buildConnector.connector>) => unknown = this.#connect;
      const socket = connect(options, callback);
      if (!isSocket(socket)) return;
      this.track(socket);
      onSocket?.(socket);
    };
  }

  /** Adds a connection that was opened elsewhere. */
  track(socket: Socket): void {
    this.#sockets.add(socket);
    socket.once('close', () => this.#sockets.delete(socket));
  }

  /** Resolves when all are closed. */
  async destroy(): Promise<void> {
    const closing = [...this.#sockets].map((socket) => new Promise((resolve) => socket.once('close', resolve)));
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(closing);
  }
}

function isSocket(value: unknown): value is Socket {
  return typeof value === 'object' && value !== null && 'destroy' in value && 'once' in value;
}
