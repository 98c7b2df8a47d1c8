import { EngineHttpError, EngineTimeoutError, EngineUnreachableError } from '@docker-tracker/engine-client';
import { filter } from 'rxjs';
import { countedStep } from '../core/job/dispatch-name.js';
import type { JobRecord } from '../core/job/job-record.js';
import { linkedSignal } from '../watch/cancellation.js';
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
      await startWhileClaimed(watch, id, name, signal);
      return true;
    } catch (error) {
      signal.throwIfAborted();
      if (error instanceof ClaimLost) return true;
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

class ClaimLost extends Error {}

/** A slot's name is the next task's as soon as this one was cancelled: a call that is not sent by then must not be sent. */
async function startWhileClaimed(watch: JobWatch, id: string, name: string, signal: AbortSignal): Promise<void> {
  const lost = new AbortController();
  const isLost = ({ run, dispatch }: JobRecord): boolean =>
    run.phase === 'created' && countedStep(dispatch).name !== name;
  const following = watch.updates$.pipe(filter(({ record }) => record.id === id && isLost(record))).subscribe(() => {
    lost.abort(new ClaimLost());
  });
  const scope = linkedSignal(signal, lost.signal);
  try {
    const record = watch.records.get(id);
    if (record && isLost(record)) throw new ClaimLost();
    await watch.engine.containers.start(name, { signal: scope.signal });
  } catch (error) {
    throw lost.signal.aborted ? new ClaimLost() : error;
  } finally {
    following.unsubscribe();
    scope.end();
  }
}

function isClaimed(record: JobRecord, name: string): boolean {
  const { dispatch, run } = record;
  return run.phase === 'created' && run.error === undefined && countedStep(dispatch).name === name;
}

function mayStillStart(error: unknown): boolean {
  if (error instanceof EngineUnreachableError || error instanceof EngineTimeoutError) return true;
  return error instanceof EngineHttpError && error.status === 404 && /no such container/i.test(error.engineMessage);
}
