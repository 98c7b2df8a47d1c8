import { onAbort } from '@docker-tracker/engine-client';
import { filter, firstValueFrom, map, merge, Observable, skipWhile, take } from 'rxjs';
import type { EventObservation } from '../core/job/observation.js';
import type { JobWatch } from './job-watch.js';

/**
 * Resolves when the view holds the effect of a call that is made after this one: its own event was folded, or a sync is
 * done that began after the stream was lost, or the job is gone. What is `read` then holds nothing that came after it.
 */
export function ownEvent<Value>(
  watch: JobWatch,
  id: string,
  isOwn: (event: EventObservation) => boolean,
  read: () => Value,
  signal: AbortSignal | undefined,
): Promise<Value> {
  const own = watch.events$.pipe(filter((event) => event.id === id && (event.action === 'destroy' || isOwn(event))));
  const synced = watch.freshness$.pipe(
    skipWhile((freshness) => freshness === 'live'),
    filter((freshness) => freshness === 'live' || freshness === 'closed'),
  );
  const forgotten = watch.forgotten$.pipe(filter((other) => other === id));
  const holds = firstValueFrom(merge(own, synced, forgotten, aborted(signal)).pipe(take(1), map(read)));
  // The call itself may fail first, and then nobody asks for this any more.
  holds.catch(() => undefined);
  return holds;
}

function aborted(signal: AbortSignal | undefined): Observable<never> {
  return new Observable((subscriber) => {
    if (!signal) return undefined;
    const stop = (): void => {
      subscriber.error(signal.reason);
    };
    if (signal.aborted) stop();
    return onAbort(signal, stop);
  });
}
