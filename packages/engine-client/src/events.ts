import { decodeEvent } from './decode/event.js';
import { DecodeFailure } from './decode/decoder.js';
import { EngineProtocolError, type RequestLine } from './errors.js';
import { EventBuffer } from './event-buffer.js';
import { NdjsonDecoder } from './ndjson.js';
import type { EngineFilters } from './query.js';
import { leavable } from './transport/leavable.js';
import type { Answer, Transport } from './transport/transport.js';
import type { EngineEvent } from './wire/event.js';

interface EventsQuery {
  /** Unix seconds, see `engineTime`: replay from there. The engine keeps its last 256 events of all types, and none over its restart. */
  readonly since?: string | undefined;
  /** Unix seconds: the stream ends there. */
  readonly until?: string | undefined;
  readonly filters?: EngineFilters | undefined;
  /** Bytes of one line. Default 64 MiB. */
  readonly lineLimit?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface WatchEventsOptions extends EventsQuery {
  /** The head of the answer is there. The engine subscribes only after that: pass a `since` from before the call. */
  readonly onOpen?: (() => void) | undefined;
  /** Called from the socket, one event after the other; must not take long. `receivedAtMs` is our wall clock. */
  readonly onEvent: (event: EngineEvent, receivedAtMs: number) => void;
}

export interface EventsOptions extends EventsQuery {
  /** Events that may wait for the consumer. Default 65 536. */
  readonly bufferLimit?: number | undefined;
}

/**
 * The push face: reads the socket by callback and never holds it up, because a stalled reader makes the engine delay
 * every operation of the host by 100 ms and then drop events in silence.
 *
 * @returns when the engine ended the body, which it does at `until` and at its own shutdown.
 * @throws {EngineProtocolError} a line that is no event; the stream is closed, what followed is lost.
 * @source moby: daemon/server/router/system/system_routes.go (getEvents), daemon/events/events.go
 */
export async function watchEvents(transport: Transport, options: WatchEventsOptions): Promise<void> {
  await watch(transport, options, undefined);
}

/** The pull face: the socket is drained into a bounded buffer whatever the consumer does. Begins at the first `next()`. */
export function events(transport: Transport, options: EventsOptions): AsyncIterableIterator<EngineEvent> {
  return leavable((leave) => buffered(transport, options, leave));
}

/** One busy engine emits some hundred events a second, so this is minutes of patience and at most some 30 MB. */
export const DEFAULT_EVENT_BUFFER = 65_536;

async function watch(transport: Transport, options: WatchEventsOptions, leave: AbortSignal | undefined): Promise<void> {
  const { since, until, filters, signal } = options;
  const query = { since, until, filters };
  const answer = await transport.send({ method: 'GET', path: '/events', query, lane: 'stream', signal, leave });
  const callbacks = new Callbacks(options);
  try {
    callbacks.open();
    await drain(answer, callbacks, options.lineLimit);
  } catch (error) {
    throw callbacks.threw(error) ? error : answer.failure(error);
  } finally {
    answer.finish();
  }
}

/** The caller's functions; what they throw reaches the caller unchanged. */
class Callbacks {
  readonly #options: WatchEventsOptions;
  #thrown: { readonly error: unknown } | undefined;

  constructor(options: WatchEventsOptions) {
    this.#options = options;
  }

  open(): void {
    this.#run(() => this.#options.onOpen?.());
  }

  event(event: EngineEvent, receivedAtMs: number): void {
    this.#run(() => {
      this.#options.onEvent(event, receivedAtMs);
    });
  }

  threw(error: unknown): boolean {
    return this.#thrown !== undefined && this.#thrown.error === error;
  }

  #run(callback: () => void): void {
    try {
      callback();
    } catch (error) {
      this.#thrown = { error };
      throw error;
    }
  }
}

function drain({ body, request }: Answer, callbacks: Callbacks, lineLimit: number | undefined): Promise<void> {
  const decoder = new NdjsonDecoder(request, lineLimit === undefined ? {} : { lineLimit });
  return new Promise((resolve, reject) => {
    let failed = false;
    const deliver = (linesOf: () => readonly string[]): void => {
      if (failed) return;
      try {
        const receivedAtMs = Date.now();
        for (const line of linesOf()) callbacks.event(eventOf(line, request), receivedAtMs);
      } catch (error) {
        failed = true;
        reject(error);
        body.destroy();
      }
    };
    body.on('data', (chunk: Buffer) => {
      deliver(() => decoder.push(chunk));
    });
    body.once('end', () => {
      deliver(() => decoder.end());
      resolve();
    });
    body.once('error', reject);
    body.once('close', () => {
      reject(Object.assign(new Error('closed before its end'), { code: 'ECONNRESET' }));
    });
  });
}

function buffered(transport: Transport, options: EventsOptions, leave: AbortSignal): AsyncGenerator<EngineEvent> {
  const buffer = new EventBuffer(options.bufferLimit ?? DEFAULT_EVENT_BUFFER);
  return buffer.fill((add) => watch(transport, { ...options, onEvent: add }, leave));
}

function eventOf(line: string, request: RequestLine): EngineEvent {
  try {
    return decodeEvent(line);
  } catch (cause) {
    const what = cause instanceof DecodeFailure ? cause.message : 'it is not JSON';
    throw new EngineProtocolError(request, `a line is not an event: ${what}`, { cause, received: line });
  }
}
