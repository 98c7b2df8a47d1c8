import { request, type IncomingMessage } from 'node:http';

/** An event of a stream, its data parsed. */
export interface SentEvent<Message = unknown> {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: Message;
}

/** Reads Server-Sent Events as a browser does. */
export class EventReader implements AsyncDisposable {
  readonly response: IncomingMessage;
  readonly #events: SentEvent[] = [];
  #text = '';
  #wake: (() => void) | undefined;

  static open(url: string, headers: Readonly<Record<string, string>> = {}): Promise<EventReader> {
    return new Promise((resolve, reject) => {
      const sent = request(url, { headers }, (response) => {
        resolve(new EventReader(response));
      });
      sent.once('error', reject);
      sent.end();
    });
  }

  private constructor(response: IncomingMessage) {
    this.response = response;
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
      this.#take(text);
    });
    response.on('error', () => undefined);
  }

  /** The next event of that name that fits; earlier ones are passed over. */
  async next<Message>(event: string, fits: (data: Message) => boolean = () => true): Promise<SentEvent<Message>> {
    for (;;) {
      for (let one = this.#events.shift(); one; one = this.#events.shift()) {
        if (one.event === event && fits(one.data as Message)) return one as SentEvent<Message>;
      }
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.response.destroy();
  }

  #take(text: string): void {
    const blocks = (this.#text + text).split('\n\n');
    this.#text = blocks.pop() ?? '';
    for (const block of blocks) {
      const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      const event = field('event');
      if (event === undefined) continue;
      this.#events.push({ event, id: field('id'), data: JSON.parse(field('data') ?? 'null') as unknown });
    }
    this.#wake?.();
  }
}
