import { decodeInputHolder } from '../core/label/input-label.js';
import { INPUT_LABEL } from '../core/label/label-names.js';
import type { JobRecord } from '../core/job/job-record.js';
import { placeOf } from '../core/queue/place.js';
import { isAlive } from '../output/process-name.js';
import { within } from '../watch/cancellation.js';
import { freshName, makeStep, type QueueContext } from './queue-step.js';

/** An engine that does not answer keeps no tracker open. */
const CLOSE_LIMIT_MS = 5_000;

/**
 * Whether a waiting job may be started by this tracker: its standard input is connected once, by the tracker that submitted it.
 * `lost`: that one is gone, and with it the input. @source docs/decisions/033, docs/decisions/052
 */
export function inputOf({ labels }: JobRecord, { key }: QueueContext): 'here' | 'elsewhere' | 'lost' {
  const holder = decodeInputHolder(labels[INPUT_LABEL]);
  if (!holder || holder.tracker === key) return 'here';
  return isAlive(holder) ? 'elsewhere' : 'lost';
}

/** The connections end with the tracker: what waits for its start with one of them is cancelled, since nobody could run it as it was meant. */
export async function cancelOwnInput(context: QueueContext, session: string): Promise<void> {
  const { watch, key } = context;
  if (watch.freshness !== 'live') return;
  const waiting = [...watch.records.values()].filter((record) => {
    const place = placeOf(record);
    const waits = place === 'queued' || place === 'held';
    return waits && record.session === session && decodeInputHolder(record.labels[INPUT_LABEL])?.tracker === key;
  });
  const steps = waiting.map((record) => makeStep(context, record.id, freshName(record, 'cancelled'), undefined));
  await within(
    CLOSE_LIMIT_MS,
    Promise.allSettled(steps).then(() => undefined),
  );
}
