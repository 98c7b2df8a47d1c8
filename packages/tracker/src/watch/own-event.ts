import { onAbort } from '@docker-tracker/engine-client';
import { filter, firstValueFrom, map, merge, Observable, skipWhile, Subject, take, takeUntil } from 'rxjs';
import type { EventObservation } from '../core/job/observation.js';
import type { JobWatch } from './job-watch.js';

/** What is waited for beside a call that an engine is to carry out. */
export interface OwnEvent<Value> {
  readonly isOwn: (event: EventObservation) => boolean;
  /** Read in the turn in which the view holds the effect: it holds nothing that came after it. */
  readonly read: () => Value;
  readonly signal: AbortSignal | undefined;
}

/**
 * Makes a call and resolves when the view holds its effect: its own event was folded, or a sync is done that began after
 * the stream was lost, or the job is gone. A call that resolves with something, or fails, has no event: that is the answer.
 */
export async function withOwnEvent<Value, Answer>(
  watch: JobWatch,
  id: string,
  { isOwn, read, signal }: OwnEvent<Value>,
  call: () => Promise<Answer | undefined>,
): Promise<Value | Answer> {
  const own = watch.events$.pipe(filter((event) => event.id === id && (event.action === 'destroy' || isOwn(event))));
  const synced = watch.freshness$.pipe(
    skipWhile((freshness) => freshness === 'live'),
    filter((freshness) => freshness === 'live' || freshness === 'closed'),
  );
  const forgotten = watch.forgotten$.pipe(filter((other) => other === id));
  const answered = new Subject<void>();
  const held$ = merge(own, synced, forgotten, aborted(signal)).pipe(take(1), map(read), takeUntil(answered));
  const holds = firstValueFrom(held$);
  holds.catch(() => undefined);
  try {
    return (await call()) ?? (await holds);
  } finally {
    answered.next();
  }
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
