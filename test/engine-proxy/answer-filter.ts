/** Takes, in this order, what a filter lets through to the client. */
export interface AnswerSink {
  send(piece: Buffer): void;
  wait(ms: number): void;
  cut(): void;
  /** The fault has its effect from here on; `wait` and `cut` are one by themselves. */
  strike(): void;
}

/** Stands in the way of one answer. */
export interface AnswerFilter {
  push(bytes: Buffer): void;
  /** The engine has closed its side. */
  end(): void;
}

export function passing(push: (bytes: Buffer) => void): AnswerFilter {
  return { push, end: () => undefined };
}

const HEAD_END = '\r\n\r\n';

/** Passes the head on and gives what comes behind it, perhaps nothing, to `body`. */
export function behindHead(sink: AnswerSink, body: (bytes: Buffer) => void): AnswerFilter {
  let head: Buffer | undefined = Buffer.alloc(0);
  return passing((bytes) => {
    if (head === undefined) {
      body(bytes);
      return;
    }
    head = Buffer.concat([head, bytes]);
    const end = head.indexOf(HEAD_END);
    if (end < 0) return;
    const [whole, rest] = [head.subarray(0, end + HEAD_END.length), head.subarray(end + HEAD_END.length)];
    head = undefined;
    sink.send(whole);
    body(rest);
  });
}
