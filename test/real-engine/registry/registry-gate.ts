import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Stands before a registry: lets manifests through only after `open()`. */
export class RegistryGate implements AsyncDisposable {
  static async before(registry: string): Promise<RegistryGate> {
    const gate = new RegistryGate(registry);
    await new Promise<void>((resolve) => gate.#server.listen(0, '127.0.0.1', resolve));
    return gate;
  }

  /** Settles with the first manifest that is asked for. */
  readonly asked: Promise<void>;
  readonly #server = createServer((question, answer) => {
    this.#take(question, answer);
  });
  readonly #registry: string;
  readonly #opened: Promise<void>;
  #open = (): void => undefined;
  #tellAsked = (): void => undefined;

  private constructor(registry: string) {
    this.#registry = registry;
    this.#opened = new Promise((resolve) => (this.#open = resolve));
    this.asked = new Promise((resolve) => (this.#tellAsked = resolve));
  }

  get host(): string {
    return `127.0.0.1:${String((this.#server.address() as AddressInfo).port)}`;
  }

  open(): void {
    this.#open();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.open();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #take(question: IncomingMessage, answer: ServerResponse): void {
    const isManifest = question.url?.includes('/manifests/') === true;
    if (!isManifest) {
      this.#forward(question, answer);
      return;
    }
    this.#tellAsked();
    void this.#opened.then(() => {
      if (!answer.destroyed) this.#forward(question, answer);
    });
  }

  #forward(question: IncomingMessage, answer: ServerResponse): void {
    const [hostname, port] = this.#registry.split(':');
    const { method, url, headers } = question;
    const onward = request({ hostname, port, method, path: url, headers }, (told) => {
      answer.writeHead(told.statusCode ?? 500, told.headers);
      told.pipe(answer);
    });
    onward.on('error', () => answer.destroy());
    question.pipe(onward);
  }
}
