import { randomBytes } from 'node:crypto';
import { EngineHttpError, EngineTimeoutError, EngineUnreachableError } from '@docker-tracker/engine-client';
import { countedStep, dispatchState, isLeftover } from '../core/job/dispatch-name.js';
import type { JobRecord } from '../core/job/job-record.js';
import type { EventObservation } from '../core/job/observation.js';
import { baseName, leftoverAtOf } from '../core/queue/place.js';
import { linkedSignal } from '../watch/cancellation.js';
import type { JobWatch } from '../watch/job-watch.js';
import { withOwnEvent } from '../watch/own-event.js';
import type { KeptNames } from './kept-names.js';

export interface QueueContext {
  readonly watch: JobWatch;
  readonly names: KeptNames;
  /** This tracker's own, made anew by each. */
  readonly key: string;
}

/** `counted`: the step is made. `lost`: another one was first. `taken`: the engine has another container of that name. */
export type StepResult = 'counted' | 'lost' | 'taken';

/** A name for the next step of a job: fresh, so that no step can be taken for another. */
export function freshName(
  record: JobRecord,
  word: 'new' | 'queued' | 'queued-back' | 'held' | 'cancelled' | 'cancelled-deadline' | 'claim',
): string {
  return `${baseName(record)}.${word}-${queueNonce()}`;
}

export function queueNonce(): string {
  return randomBytes(6).toString('hex');
}

/**
 * Makes one step in the queue: renames the container, and lets the rename's own event judge whether it was made from the
 * step that counted last. Never guesses: while the stream is away it waits for the sync, and while the name is one that
 * does not count for its restoration.
 */
export async function makeStep(
  context: QueueContext,
  id: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  await nameCounts(context.watch, id, signal);
  return context.names.alone(id, () => rename(context, id, name, signal));
}

async function rename(
  { watch, names }: QueueContext,
  id: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  const isOwn = (event: EventObservation): boolean => event.action === 'rename' && event.name === name;
  const read = (): StepResult => (counts(watch.records.get(id), name) ? 'counted' : 'lost');
  const result = await withOwnEvent(watch, id, { isOwn, read, signal }, async (): Promise<StepResult | undefined> => {
    try {
      await watch.engine.containers.rename(addressOf(watch, id), { name, signal });
    } catch (error) {
      if (error instanceof EngineHttpError && error.status === 409) return 'taken';
      // 404: it has another name by now. 400: it has that very name, by a step that did not count.
      if (error instanceof EngineHttpError && (error.status === 404 || error.status === 400)) {
        await watch.ask(id, signal);
        return 'lost';
      }
      // Carried out or not, the event or the next sync tells.
      if (!(error instanceof EngineUnreachableError || error instanceof EngineTimeoutError)) throw error;
    }
    return undefined;
  });
  if (result === 'counted') names.keep(id, name);
  return result;
}

/**
 * A step is addressed to the name that it is made from, so that the engine refuses most of those that come too late; its event
 * judges the few that find the name and are carried out after another one. A name that says nothing about the queue could
 * be the beginning of somebody's id, so there it is the id.
 */
function addressOf(watch: JobWatch, id: string): string {
  const record = watch.records.get(id);
  if (!record) return id;
  const counted = countedStep(record.dispatch);
  // Nobody restores the name of a leftover any more.
  const from = isLeftover(counted, watch.engineNow) ? record.name.value : counted.name;
  return dispatchState(from) === 'immediate' ? id : from;
}

/** Resolves when the job has the name of the step that counted last, or nobody restores it any more. */
async function nameCounts(watch: JobWatch, id: string, signal: AbortSignal | undefined): Promise<void> {
  const record = watch.records.get(id);
  const leftoverAt = record && leftoverAtOf(record);
  if (leftoverAt === undefined) return;
  const limit = AbortSignal.timeout(Math.max(0, Number((leftoverAt - watch.engineNow) / 1_000_000n)) + 1);
  const scope = linkedSignal(signal, limit);
  try {
    await watch.until(id, (next) => leftoverAtOf(next) === undefined, scope.signal);
  } catch (error) {
    if (!limit.aborted || signal?.aborted === true) throw error;
  } finally {
    scope.end();
  }
}

function counts(record: JobRecord | undefined, name: string): boolean {
  return record !== undefined && countedStep(record.dispatch).name === name;
}
