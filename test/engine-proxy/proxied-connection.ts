import { connect, type Socket } from 'node:net';
import type { AnswerFilter, AnswerSink } from './answer-filter.js';
import { createFilter, refusal, type ExchangeFault } from './exchange-fault.js';
import { ExchangeReader, type ProxiedRequest } from './exchange-reader.js';

/** What a connection asks its proxy. */
export interface ConnectionOwner {
  /** Answers what is to happen to the exchange. */
  readonly onRequest: (connection: ProxiedConnection, request: ProxiedRequest) => ExchangeFault | undefined;
  /** A fault has its effect, once an exchange. */
  readonly onStrike: (fault: ExchangeFault) => void;
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
  #fault: ExchangeFault | undefined;
  #filter: AnswerFilter;
  /** The engine hears nothing more of this client. */
  #isRefused = false;
  #bytesToClient = 0;
  #cutAt = Number.POSITIVE_INFINITY;

  constructor(client: Socket, upstreamPath: string, owner: ConnectionOwner) {
    this.#client = client;
    this.#owner = owner;
    this.#upstream = connect({ path: upstreamPath, allowHalfOpen: true });
    this.#filter = createFilter(undefined, this.#sink(undefined));
    const reader = new ExchangeReader((request) => {
      this.requests.push(request);
      this.#meet(owner.onRequest(this, request));
    });
    client.on('data', (bytes: Buffer) => {
      reader.read(bytes);
      // No client here sends a second request before the first is answered: nothing of another one is withheld.
      if (this.#isRefused) return;
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
      this.#filter.end();
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

  #meet(fault: ExchangeFault | undefined): void {
    const sink = this.#sink(fault);
    this.#fault = fault;
    this.#filter = createFilter(fault, sink);
    if (fault?.kind !== 'lose-request' && fault?.kind !== 'refuse') return;
    this.#isRefused = true;
    if (fault.kind === 'refuse') sink.send(refusal(fault.status));
    sink.cut();
  }

  /** In order, one piece after the other; while they wait, the engine is not read from. */
  #passBack(bytes: Buffer): void {
    this.#upstream.pause();
    this.#filter.push(bytes);
    this.#inOrder(() => {
      this.#upstream.resume();
    });
  }

  #sink(fault: ExchangeFault | undefined): AnswerSink {
    const strike = (): void => {
      if (fault === undefined || this.#fault !== fault) return;
      this.#fault = undefined;
      this.#owner.onStrike(fault);
    };
    return {
      strike,
      send: (bytes) => {
        if (bytes.length > 0) this.#inOrder(() => this.#pass(bytes));
      },
      wait: (ms) => {
        strike();
        this.#inOrder(() => this.#openFor(ms));
      },
      cut: () => {
        strike();
        this.#inOrder(() => {
          this.cut();
        });
      },
    };
  }

  #inOrder(work: () => void | Promise<void>): void {
    this.#answers = this.#answers.then(work);
  }

  async #pass(bytes: Buffer): Promise<void> {
    for (const piece of this.#owner.reshape(bytes)) {
      await this.#owner.gate(this);
      await this.#write(piece);
    }
  }

  /** Resolves after that time, or when the client has gone. */
  async #openFor(ms: number): Promise<void> {
    if (this.#client.destroyed) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(done, ms);
      this.#client.once('close', done);
      function done(this: unknown): void {
        clearTimeout(timer);
        resolve();
      }
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
