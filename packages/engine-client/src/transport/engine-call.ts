import type { Readable } from 'node:stream';
import type { RequestLine } from '../errors.js';
import type { QueryValues } from '../query.js';

/** One request, before it is sent. */
export interface EngineCall {
  readonly method: RequestLine['method'];
  /** Without version and query, ids already encoded. */
  readonly path: string;
  readonly query?: QueryValues;
  /** Sent as JSON. */
  readonly json?: unknown;
  /** Sent as it is. */
  readonly upload?: Upload;
  readonly headers?: Readonly<Record<string, string>>;
  /** Default: `question`. */
  readonly lane?: Lane;
  /** Milliseconds until the answer's head must be there; 0: no limit. Default: the lane's. */
  readonly headersMs?: number;
  /** Statuses besides 2xx that are an answer and not an error. */
  readonly alsoAccept?: readonly number[];
  /** False: no `/v1.xx` in front of the path. */
  readonly versioned?: boolean;
  /** The caller's. */
  readonly signal?: AbortSignal | undefined;
  /** That of the iterator around the call. */
  readonly leave?: AbortSignal | undefined;
}

export interface Upload {
  readonly content: Readable | Uint8Array;
  readonly contentType: string;
}

/**
 * Which connections a call may use, so that none waits behind a slower kind:
 * `question` is answered at once, `command` may take its time (a stop waits for the process), `stream` has a connection to itself.
 */
export type Lane = 'question' | 'command' | 'stream';

/** Limits of waiting, in milliseconds. 0 means none. */
export interface EngineTimeouts {
  /** Until a connection stands. Default 10 000. */
  readonly connectMs: number;
  /** Until the head of an answer to a question or of a stream is there. Default 60 000. */
  readonly headersMs: number;
  /** The same for commands (create, start, kill, remove, …), which the engine works on first. Default 300 000. */
  readonly commandMs: number;
  /** Between two pieces of an answer's body; the whole body may take ten times that. Never applied to streams. Default 60 000. */
  readonly bodyMs: number;
  /**
   * Over TCP: how long an event stream may be silent before it is checked by whoever keeps a view (the tracker does).
   * Nothing comes either way from an idle engine and from one behind a connection that died without a word. Default 30 000.
   */
  readonly silenceMs: number;
}
