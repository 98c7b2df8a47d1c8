import {
  EngineHttpError,
  EngineProtocolError,
  EngineTimeoutError,
  EngineUnreachableError,
} from '@docker-tracker/engine-client';
import { DISPATCH_LABEL } from '../core/label/label-names.js';
import { backoff } from '../watch/backoff.js';
import { pause, within } from '../watch/cancellation.js';
import type { SessionContext } from './session-context.js';

/** With the pauses between them about a second: connections that break seldom break as often in a row. */
const TRIES = 5;
/** An engine that does not answer keeps nobody waiting for longer who was refused, or has given up. */
export const TAKE_BACK_LIMIT_MS = 10_000;

/**
 * Nothing is left behind of a job that was refused. Resolves when it is known that its container is gone; if that takes long before
 * it is: then the engine is asked on until it answers, or the tracker is closed.
 */
export function discard({ engine, watch, closed }: SessionContext, id: string): Promise<void> {
  watch.forget(id);
  return insist(closed, () => engine.containers.remove(id, { force: true, v: true }));
}

/**
 * The same for a container whose id was never told, found by its dispatch label.
 * @returns whether there was one.
 */
export async function discardByNonce(context: SessionContext, nonce: string): Promise<boolean> {
  const filters = { label: [`${DISPATCH_LABEL}=${nonce}`] };
  let isThere = false;
  await insist(context.closed, async () => {
    const rows = await context.engine.containers.list({ all: true, filters });
    isThere ||= rows.length > 0;
    await Promise.all(rows.map(({ Id }) => discard(context, Id)));
  });
  return isThere;
}

/** No answer, or one that cannot be read, does not say that nothing was done; a request that never left does. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof EngineUnreachableError) return !NOT_CONNECTED.has(syscallOf(error.cause));
  return error instanceof EngineTimeoutError || error instanceof EngineProtocolError;
}

/** What Node was about when there was no connection yet. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);

function syscallOf(cause: unknown): unknown {
  // A name that stands for several addresses: each was tried.
  const one: unknown = cause instanceof AggregateError ? cause.errors[0] : cause;
  return one instanceof Error && 'syscall' in one ? one.syscall : undefined;
}

/** Asks until it is known what became of it; resolves then, or after some tries, of which a timeout is the last. */
function insist(closed: AbortSignal, ask: () => Promise<void>): Promise<void> {
  const known = new Promise<void>((resolve) => {
    const asking = async (): Promise<void> => {
      for (let failures = 1; ; failures += 1) {
        try {
          await ask();
          return;
        } catch (error) {
          if (!isUnknown(error)) return;
          if (failures >= TRIES || error instanceof EngineTimeoutError) resolve();
        }
        // The first tries are made also by a tracker that is closing.
        await pause(backoff(failures), failures < TRIES ? undefined : closed);
      }
    };
    void asking()
      .catch(() => undefined)
      .finally(resolve);
  });
  return within(TAKE_BACK_LIMIT_MS, known);
}

function isUnknown(error: unknown): boolean {
  return (
    error instanceof EngineUnreachableError ||
    mayHaveBeenDone(error) ||
    // 409: somebody removes it already, and it is there until that is done.
    (error instanceof EngineHttpError && (error.status === 409 || error.status >= 500))
  );
}
