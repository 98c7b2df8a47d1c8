import { connect, type Socket } from 'node:net';
import { ExchangeReader, type ProxiedRequest } from './exchange-reader.js';

/** What a connection asks its proxy. */
export interface ConnectionOwner {
  readonly onRequest: (connection: ProxiedConnection, request: ProxiedRequest) => void;
  /** Bytes on their way to the client, as the pieces in which they shall arrive. */
  readonly reshape: (bytes: Buffer) => readonly Buffer[];
  /** Resolves when the next piece may go on; undefined: at once. */
  readonly gate: (connection: ProxiedConnection) => Promise<void> | undefined;
  readonly onClose: (connection: ProxiedConnection) => void;
}

/** One client and its own connection to the engine. Half-closes pass through: they end the input of an attached job. */
export class ProxiedConnection {
  readonly #client: Socket;
  readonly #upstream: Socket;
  readonly #owner: ConnectionOwner;
  readonly requests: ProxiedRequest[] = [];
  #answers: Promise<void> = Promise.resolve();
  #bytesToClient = 0;
  #cutAt = Number.POSITIVE_INFINITY;

  constructor(client: Socket, upstreamPath: string, owner: ConnectionOwner) {
    this.#client = client;
    this.#owner = owner;
    this.#upstream = connect({ path: upstreamPath, allowHalfOpen: true });
    const reader = new ExchangeReader((request) => {
      this.requests.push(request);
      owner.onRequest(this, request);
    });
    client.on('data', (bytes: Buffer) => {
      reader.read(bytes);
      if (!this.#upstream.write(bytes)) {
        client.pause();
        this.#upstream.once('drain', () => client.resume());
      }
    });
    client.on('end', () => void this.#upstream.end());
    this.#upstream.on('data', (bytes: Buffer) => {
      this.#passBack(bytes);
    });
    this.#upstream.on('end', () => {
      this.#answers = this.#answers.then(() => {
        client.end();
      });
    });
    for (const socket of [client, this.#upstream]) {
      socket.on('error', () => undefined);
      socket.on('close', () => {
        this.#closed();
      });
    }
  }

  /** The request under way, or the one before. */
  get current(): ProxiedRequest | undefined {
    return this.requests.at(-1);
  }

  cut(): void {
    this.#client.destroy();
    this.#upstream.destroy();
  }

  /** Cuts as soon as this many more bytes have reached the client. */
  cutAfterBytes(count: number): void {
    this.#cutAt = this.#bytesToClient + count;
    if (count <= 0) this.cut();
  }

  /** In order, one piece after the other; while they wait, the engine is not read from. */
  #passBack(bytes: Buffer): void {
    this.#upstream.pause();
    this.#answers = this.#answers.then(async () => {
      for (const piece of this.#owner.reshape(bytes)) {
        await this.#owner.gate(this);
        await this.#write(piece);
      }
      this.#upstream.resume();
    });
  }

  async #write(piece: Buffer): Promise<void> {
    if (this.#client.destroyed) return;
    const allowed = piece.subarray(0, Math.max(0, this.#cutAt - this.#bytesToClient));
    this.#bytesToClient += allowed.length;
    await new Promise<void>((resolve) => {
      this.#client.once('close', resolve);
      this.#client.write(allowed, () => {
        this.#client.off('close', resolve);
        resolve();
      });
    });
    if (this.#bytesToClient >= this.#cutAt) this.cut();
  }

  #closed(): void {
    if (this.#client.destroyed && this.#upstream.destroyed) this.#owner.onClose(this);
    else if (this.#client.destroyed) this.#upstream.destroy();
    else if (this.#upstream.destroyed && !this.#upstream.readableEnded) this.#client.destroy();
  }
}
