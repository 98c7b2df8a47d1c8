import type { HttpHandler } from 'msw';
import type { EventInterval } from '../events/event-bus.js';
import { encodeEvent } from '../events/engine-event.js';
import { eventMatches } from '../events/event-filter.js';
import type { EventSubscription, StreamItem } from '../events/event-subscription.js';
import { parseTime } from '../events/engine-time.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { stream } from '../server/answers.js';
import { filtersOf, route, type Call } from '../server/route.js';

/** Runs between the flushed header and the subscription: the gap that every engine has. */
export type BeforeSubscribe = () => Promise<void> | undefined;

export function eventRoutes(model: EngineModel, beforeSubscribe: BeforeSubscribe): readonly HttpHandler[] {
  return [route('get', '/events', (call) => streamEvents(model, beforeSubscribe, call))];
}

function streamEvents(model: EngineModel, beforeSubscribe: BeforeSubscribe, call: Call): Response {
  const interval = readInterval(call.query);
  const filters = filtersOf(call.query, model.profile.name === '20.10');
  const { separator, contentType } = negotiate(model, call.request.headers.get('accept'));
  const encode = (item: StreamItem): string =>
    'raw' in item ? item.raw : `${separator}${encodeEvent(item, model.profile, call.apiVersion)}`;

  const pending: string[] = [];
  let subscription: EventSubscription | undefined;
  let cancelled = false;
  let close = (): void => undefined;

  const open = async (): Promise<EventSubscription | undefined> => {
    await beforeSubscribe();
    if (cancelled) return undefined;
    const subscribed = model.bus.subscribe(interval, (event) => eventMatches(event, filters));
    pending.push(...subscribed.replay.map(encode));
    const cancelTimer = endAt(model, interval.until, subscribed.subscription);
    close = () => {
      cancelTimer();
      model.bus.unsubscribe(subscribed.subscription);
    };
    return subscribed.subscription;
  };

  return stream(
    {
      pull: async () => {
        subscription ??= await open();
        const line = pending.shift();
        if (line !== undefined) return Buffer.from(line);
        const items = await subscription?.next();
        if (items !== undefined) return Buffer.from(items.map(encode).join(''));
        close();
        return undefined;
      },
      cancel: () => {
        cancelled = true;
        close();
      },
    },
    { 'content-type': contentType },
  );
}

function endAt(model: EngineModel, until: bigint | undefined, subscription: EventSubscription): () => void {
  if (until === undefined) return () => undefined;
  const leftMs = Number(until - model.clock.now()) / 1e6;
  if (leftMs > 0)
    return model.clock.after(leftMs, () => {
      subscription.end();
    });
  // never live: the replay, then a clean end
  model.bus.unsubscribe(subscription);
  return () => undefined;
}

function readInterval(query: URLSearchParams): EventInterval {
  const since = readTime(query, 'since');
  const until = readTime(query, 'until');
  if (since !== undefined && until !== undefined && until < since)
    throw new EngineFailure(
      400,
      `\`since\` time (${query.get('since') ?? ''}) cannot be after \`until\` time (${query.get('until') ?? ''})`,
    );
  return { since, until };
}

function readTime(query: URLSearchParams, key: 'since' | 'until'): bigint | undefined {
  const written = query.get(key);
  if (written === null || written === '') return undefined;
  const time = parseTime(written);
  // up to 29.3 this is a failure of the engine's, not of the client's
  if (time === undefined) throw new EngineFailure(500, `strconv.ParseInt: parsing "${written}": invalid syntax`);
  return time;
}

/** 29.0 and 29.1: what `Accept` lists, `*` included; older engines never asked. */
function negotiate(
  model: EngineModel,
  accept: string | null,
): { readonly separator: string; readonly contentType: string } {
  if (model.profile.negotiatesEvents && accept !== null) {
    if (accept.includes('application/json-seq')) return { separator: '\x1e', contentType: 'application/json-seq' };
    if (/application\/x-ndjson|\*\/\*/.test(accept)) return { separator: '', contentType: 'application/x-ndjson' };
  }
  return { separator: '', contentType: 'application/json' };
}
