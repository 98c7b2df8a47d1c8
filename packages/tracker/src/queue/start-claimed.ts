import { EngineHttpError, EngineTimeoutError, EngineUnreachableError } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import type { JobWatch } from '../watch/job-watch.js';

/**
 * Starts a job by the name of the claim on it, never by its id: whoever lost the claim finds no container of that name.
 * Resolves when it has started, or the claim was lost after all.
 *
 * @returns false: the engine refused to start it, and in most cases keeps why.
 */
export async function startClaimed(watch: JobWatch, id: string, name: string, signal: AbortSignal): Promise<boolean> {
  for (;;) {
    try {
      await watch.engine.containers.start(name, { signal });
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (!mayStillStart(error)) {
        await watch.ask(id, signal);
        return false;
      }
    }
    // A rename that does not count has taken the name away for a moment, or the answer was lost: what holds is asked for.
    const asked = await watch.ask(id, signal);
    if (!asked || !isClaimed(asked, name)) return true;
    const record = await watch.until(id, (next) => !isClaimed(next, name) || next.name.value === name, signal);
    if (!record || !isClaimed(record, name)) return true;
  }
}

function isClaimed(record: JobRecord, name: string): boolean {
  const { dispatch, run } = record;
  return run.phase === 'created' && run.error === undefined && (dispatch.before ?? dispatch).name === name;
}

function mayStillStart(error: unknown): boolean {
  if (error instanceof EngineUnreachableError || error instanceof EngineTimeoutError) return true;
  return error instanceof EngineHttpError && error.status === 404 && /no such container/i.test(error.engineMessage);
}
