import { channel, tracingChannel } from 'node:diagnostics_channel';

/** One request to an engine, as subscribers of the channel see it. It is the same object at each of its events. */
export interface EngineRequestTrace {
  /** As {@link Engine.host} tells it. */
  readonly host: string;
  readonly method: string;
  /** With its API version, without its query. */
  readonly path: string;
  /** Absent where there was no answer. */
  status?: number;
}

/** Somebody was slower than what was to be told to them, and was let go. */
export interface DroppedSubscriber {
  /** Of what: `events`. Others that hand out events may use the channel, too. */
  readonly what: string;
}

/**
 * Requests to engines, for whoever wants to measure or trace them: a Node.js tracing channel, so its events are
 * `tracing:docker-tracker.engine.request:start`, `:end`, `:asyncStart`, `:asyncEnd` and `:error`. A request ends when the head of its
 * answer is there. It costs nothing while nobody subscribes.
 */
export const ENGINE_REQUEST_CHANNEL = 'docker-tracker.engine.request';

/** A {@link DroppedSubscriber} each time. */
export const SUBSCRIBER_DROPPED_CHANNEL = 'docker-tracker.subscriber.dropped';

const requests = tracingChannel<unknown, EngineRequestTrace>(ENGINE_REQUEST_CHANNEL);
const dropped = channel(SUBSCRIBER_DROPPED_CHANNEL);

/** Carries out a request, told to whoever subscribes. */
export function traced<Answer extends { readonly status: number }>(
  trace: () => EngineRequestTrace,
  request: () => Promise<Answer>,
): Promise<Answer> {
  if (!requests.hasSubscribers) return request();
  const context = trace();
  return requests.tracePromise(async () => {
    try {
      const answer = await request();
      context.status = answer.status;
      return answer;
    } catch (error) {
      const { status } = error as { readonly status?: unknown };
      if (typeof status === 'number') context.status = status;
      throw error;
    }
  }, context);
}

export function tellDropped(subscriber: DroppedSubscriber): void {
  if (dropped.hasSubscribers) dropped.publish(subscriber);
}
