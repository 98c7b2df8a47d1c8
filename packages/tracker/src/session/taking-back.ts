import {
  EngineHttpError,
  EngineProtocolError,
  EngineTimeoutError,
  EngineUnreachableError,
} from '@docker-tracker/engine-client';
import { DISPATCH_LABEL } from '../core/label/label-names.js';
import { backoff } from '../watch/backoff.js';
import type { SessionContext } from './session-context.js';

/** With the pauses between them about a second: connections that break seldom break as often in a row. */
const TRIES = 5;

/**
 * Nothing is left behind of a job that was refused. What cannot be removed, with the engine out of reach, is not forgotten: the view
 * shows it again, and it is judged as what a tracker leaves that is gone.
 */
export async function discard({ engine, watch }: SessionContext, id: string): Promise<void> {
  watch.forget(id);
  try {
    await untilKnown(() => engine.containers.remove(id, { force: true, v: true }));
  } catch (error) {
    // Else it is gone, or going.
    if (isUnknown(error)) watch.remember(id);
  }
}

/**
 * The same for a container whose id was never told, found by its dispatch label.
 * @returns whether there was one.
 */
export async function discardByNonce(context: SessionContext, nonce: string): Promise<boolean> {
  const filters = { label: [`${DISPATCH_LABEL}=${nonce}`] };
  const rows = await untilKnown(() => context.engine.containers.list({ all: true, filters })).catch(() => []);
  for (const row of rows) await discard(context, row.Id);
  return rows.length > 0;
}

/** No answer, or one that cannot be read, does not say that nothing was done; a request that never left does. */
export function mayHaveBeenDone(error: unknown): boolean {
  if (error instanceof EngineUnreachableError) return !NOT_CONNECTED.has(syscallOf(error.cause));
  return error instanceof EngineTimeoutError || error instanceof EngineProtocolError;
}

/** What Node was about when there was no connection yet. */
const NOT_CONNECTED: ReadonlySet<unknown> = new Set(['connect', 'getaddrinfo']);

function syscallOf(cause: unknown): unknown {
  return cause instanceof Error && 'syscall' in cause ? cause.syscall : undefined;
}

/** Asks again where it is not known what became of it. */
async function untilKnown<Answer>(ask: () => Promise<Answer>): Promise<Answer> {
  for (let failures = 1; ; failures += 1) {
    try {
      return await ask();
    } catch (error) {
      // One that timed out has had its time.
      if (!isUnknown(error) || error instanceof EngineTimeoutError || failures === TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, backoff(failures)));
    }
  }
}

function isUnknown(error: unknown): boolean {
  return (
    error instanceof EngineUnreachableError ||
    mayHaveBeenDone(error) ||
    (error instanceof EngineHttpError && error.status >= 500)
  );
}
