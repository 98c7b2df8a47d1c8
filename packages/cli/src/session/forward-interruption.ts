import { Drmaa2Error } from '@docker-tracker/tracker';
import { note } from '../terminal/streams.js';

/** It ended by itself, or was left, in the meantime. */
const TOO_LATE: ReadonlySet<string> = new Set(['InvalidState', 'InvalidSession', 'InvalidArgument']);

/**
 * Terminates what is waited for once we are interrupted, also where we were before.
 * @returns what ends it.
 */
export function forwardInterruption(signal: AbortSignal, terminate: () => Promise<void>): () => void {
  const forward = (): void => {
    terminate().catch((error: unknown) => {
      if (error instanceof Drmaa2Error && TOO_LATE.has(error.code)) return;
      note(error instanceof Error ? error.message : String(error));
    });
  };
  if (signal.aborted) forward();
  else signal.addEventListener('abort', forward, { once: true });
  return () => {
    signal.removeEventListener('abort', forward);
  };
}
