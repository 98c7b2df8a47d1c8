import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export type Told =
  | { readonly kind: 'open' }
  | { readonly kind: 'freshness'; readonly freshness: string }
  | { readonly kind: 'suspended'; readonly id: string }
  | { readonly kind: 'ended'; readonly id: string; readonly exitStatus: number };

export interface Where {
  readonly host: string;
  readonly session: string;
}

/** Another thread with a tracker on the same session. */
export class BlockedConsumer implements AsyncDisposable {
  static async open(where: Where): Promise<BlockedConsumer> {
    const consumer = new BlockedConsumer(where);
    await consumer.until(({ kind }) => kind === 'open');
    return consumer;
  }

  readonly told: Told[] = [];
  readonly #worker: Worker;
  readonly #gate = new SharedArrayBuffer(4);

  private constructor({ host, session }: Where) {
    this.#worker = new Worker(new URL('standing-thread.mjs', import.meta.url), {
      workerData: { host, session, gate: this.#gate },
    });
    this.#worker.on('message', (told: Told) => this.told.push(told));
  }

  get freshness(): readonly string[] {
    return this.told.flatMap((told) => (told.kind === 'freshness' ? [told.freshness] : []));
  }

  /** Settles with the first message, those before included, at which the condition holds. */
  async until(condition: (last: Told) => boolean): Promise<void> {
    while (!this.told.some(condition)) await once(this.#worker, 'message');
  }

  wake(): void {
    Atomics.store(new Int32Array(this.#gate), 0, 1);
    Atomics.notify(new Int32Array(this.#gate), 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.wake();
    const left = once(this.#worker, 'exit');
    this.#worker.postMessage('close');
    await left;
  }
}
