import { behindHead, passing, type AnswerFilter, type AnswerSink } from './answer-filter.js';
import { EventReshuffle } from './event-reshuffle.js';

/** What happens to one exchange of request and answer. Bytes of an answer are counted from its first, head included. */
export type ExchangeFault =
  /** The engine never sees the request; the connection is cut. */
  | { readonly kind: 'lose-request' }
  /** The engine never sees the request; the proxy answers in its place. */
  | { readonly kind: 'refuse'; readonly status: number }
  /** The engine carries the request out; the client gets this status. */
  | { readonly kind: 'fail'; readonly status: number }
  | { readonly kind: 'cut'; readonly atByte: number }
  /** The head of the answer arrives, and then the end of the connection. */
  | { readonly kind: 'close-after-head' }
  /** A byte behind the head, counted from there, becomes NUL, which no JSON and no chunk size contains. */
  | { readonly kind: 'garble'; readonly atByte: number }
  /** The answer waits so long before its first byte. */
  | { readonly kind: 'delay'; readonly ms: number }
  /** From this byte on nothing comes for a while: the connection stays half-open. */
  | { readonly kind: 'stall'; readonly atByte: number; readonly ms: number }
  /** Every byte comes by itself. */
  | { readonly kind: 'split' }
  /** What arrives within this time is sent as one piece. */
  | { readonly kind: 'coalesce'; readonly ms: number }
  /** Event lines come twice, and those of different containers change places, as between two goroutines of an engine. */
  | { readonly kind: 'reshuffle'; readonly seed: number };

export function createFilter(fault: ExchangeFault | undefined, sink: AnswerSink): AnswerFilter {
  switch (fault?.kind) {
    case undefined:
    case 'lose-request':
    case 'refuse':
      return passing((bytes) => {
        sink.send(bytes);
      });
    case 'fail':
      return passing(() => {
        sink.send(refusal(fault.status));
        sink.cut();
      });
    case 'cut':
      return cutAt(fault.atByte, sink);
    case 'close-after-head':
      return behindHead(sink, () => {
        sink.cut();
      });
    case 'garble':
      return garbleAt(fault.atByte, sink);
    case 'delay':
      return first(sink, fault.ms);
    case 'stall':
      return stallAt(fault, sink);
    case 'split':
      return passing((bytes) => {
        sink.strike();
        for (let at = 0; at < bytes.length; at += 1) sink.send(bytes.subarray(at, at + 1));
      });
    case 'coalesce':
      return new Coalescing(fault.ms, sink);
    case 'reshuffle':
      return new EventReshuffle(fault.seed, sink);
  }
}

/** The proxy's own answer; the connection ends with it. */
export function refusal(status: number): Buffer {
  const body = JSON.stringify({ message: `the engine proxy was told to answer ${String(status)}` });
  const head = [
    `HTTP/1.1 ${String(status)} Refused by the proxy`,
    'Content-Type: application/json',
    `Content-Length: ${String(Buffer.byteLength(body))}`,
    'Connection: close',
  ];
  return Buffer.from(`${head.join('\r\n')}\r\n\r\n${body}`);
}

function cutAt(atByte: number, sink: AnswerSink): AnswerFilter {
  let left = atByte;
  return passing((bytes) => {
    sink.send(bytes.subarray(0, left));
    left -= bytes.length;
    if (left <= 0) sink.cut();
  });
}

function first(sink: AnswerSink, ms: number): AnswerFilter {
  let waited = false;
  return passing((bytes) => {
    if (!waited) sink.wait(ms);
    waited = true;
    sink.send(bytes);
  });
}

function stallAt({ atByte, ms }: { readonly atByte: number; readonly ms: number }, sink: AnswerSink): AnswerFilter {
  let left = atByte;
  return passing((bytes) => {
    const before = bytes.subarray(0, Math.max(left, 0));
    sink.send(before);
    if (left >= 0 && bytes.length > left) sink.wait(ms);
    sink.send(bytes.subarray(before.length));
    left -= bytes.length;
  });
}

function garbleAt(atByte: number, sink: AnswerSink): AnswerFilter {
  let left = atByte;
  return behindHead(sink, (bytes) => {
    if (left < 0 || left >= bytes.length) {
      sink.send(bytes);
    } else {
      sink.strike();
      sink.send(Buffer.concat([bytes.subarray(0, left), NUL, bytes.subarray(left + 1)]));
    }
    left -= bytes.length;
  });
}

const NUL = Buffer.alloc(1);

class Coalescing implements AnswerFilter {
  readonly #ms: number;
  readonly #sink: AnswerSink;
  #pieces: Buffer[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(ms: number, sink: AnswerSink) {
    this.#ms = ms;
    this.#sink = sink;
  }

  push(bytes: Buffer): void {
    this.#pieces.push(bytes);
    this.#sink.strike();
    this.#timer ??= setTimeout(() => {
      this.end();
    }, this.#ms);
  }

  end(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    if (this.#pieces.length > 0) this.#sink.send(Buffer.concat(this.#pieces));
    this.#pieces = [];
  }
}
