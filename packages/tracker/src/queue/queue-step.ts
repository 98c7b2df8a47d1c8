import { randomBytes } from 'node:crypto';
import { EngineHttpError, EngineTimeoutError, EngineUnreachableError } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import type { EventObservation } from '../core/job/observation.js';
import { baseName } from '../core/queue/place.js';
import type { JobWatch } from '../watch/job-watch.js';
import { ownEvent } from '../watch/own-event.js';
import type { KeptNames } from './kept-names.js';

export interface QueueContext {
  readonly watch: JobWatch;
  readonly names: KeptNames;
}

/** `counted`: the step is made. `lost`: another one was first. `taken`: the engine has another container of that name. */
export type StepResult = 'counted' | 'lost' | 'taken';

/** A name for the next step of a job: fresh, so that no step can be taken for another. */
export function freshName(record: JobRecord, word: 'new' | 'queued' | 'held' | 'cancelled' | 'claim'): string {
  return `${baseName(record)}.${word}-${queueNonce()}`;
}

export function queueNonce(): string {
  return randomBytes(6).toString('hex');
}

/**
 * Makes one step in the queue: renames the container, and lets the rename's own event judge whether it was made from the
 * step that counted last. Never guesses: while the stream is away it waits for the sync.
 */
export async function makeStep(
  { watch, names }: QueueContext,
  id: string,
  name: string,
  signal: AbortSignal | undefined,
): Promise<StepResult> {
  const isOwn = (event: EventObservation): boolean => event.action === 'rename' && event.name === name;
  const judgement = ownEvent(watch, id, isOwn, () => counts(watch.records.get(id), name), signal);
  try {
    await watch.engine.containers.rename(id, { name, signal });
  } catch (error) {
    if (error instanceof EngineHttpError && error.status === 409) return 'taken';
    // 400: it has that very name, by a step that did not count and is about to be taken back.
    if (error instanceof EngineHttpError && (error.status === 404 || error.status === 400)) return 'lost';
    // Carried out or not, the event or the next sync tells.
    if (!(error instanceof EngineUnreachableError || error instanceof EngineTimeoutError)) throw error;
  }
  if (!(await judgement)) return 'lost';
  names.keep(id, name);
  return 'counted';
}

function counts(record: JobRecord | undefined, name: string): boolean {
  return record !== undefined && (record.dispatch.before ?? record.dispatch).name === name;
}
