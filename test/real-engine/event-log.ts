import type { Engine, EngineEvent } from '@docker-tracker/engine-client';
import { filter, firstValueFrom, ReplaySubject, skip } from 'rxjs';

export interface EventQuery {
  readonly action: string;
  readonly id?: string;
  /** A part of the container's name then. */
  readonly name?: string;
  /** Which one of those that match; 1 is the first. */
  readonly count?: number;
}

/** The engine's events of one test from its beginning: the engine itself remembers 256, of all tests that run. */
export class EventLog {
  /** Keeps the events of containers that `isOwn` accepts, until the engine client is closed. */
  static async open(engine: Engine, isOwn: (event: EngineEvent) => boolean): Promise<EventLog> {
    const log = new EventLog();
    await new Promise<void>((resolve, reject) => {
      const watch = engine.watchEvents({
        // The head of the answer comes before the subscription, so what lies between is replayed.
        since: '0',
        filters: { type: ['container'] },
        onOpen: resolve,
        onEvent: (event) => {
          if (!isOwn(event)) return;
          log.#all.push(event);
          log.#events.next(event);
        },
      });
      watch.then(() => {
        log.#events.error(new Error('the engine ended the event stream'));
      }, reject);
      watch.catch((error: unknown) => {
        log.#events.error(error);
      });
    });
    return log;
  }

  readonly #all: EngineEvent[] = [];
  readonly #events = new ReplaySubject<EngineEvent>();

  get count(): number {
    return this.#all.length;
  }

  /** The containers that were created so far, in that order. */
  get created(): readonly string[] {
    return this.#all.filter(({ action }) => action === 'create').map(({ id }) => id);
  }

  /** All events of one container so far, in the engine's order. */
  allOf(id: string): readonly EngineEvent[] {
    return this.#all.filter((event) => event.id === id);
  }

  /** The events of one container and action so far, in the engine's order. */
  of(id: string, action: string): readonly EngineEvent[] {
    return this.#all.filter((event) => event.id === id && event.action === action);
  }

  /** The events of an action so far, of all containers, in the engine's order. */
  all(action: string): readonly EngineEvent[] {
    return this.#all.filter((event) => event.action === action);
  }

  /** Resolves with the event, which may lie in the past. */
  seen({ action, id, name = '', count = 1 }: EventQuery): Promise<EngineEvent> {
    const matching = filter(
      (event: EngineEvent) =>
        event.action === action &&
        (id === undefined || event.id === id) &&
        event.attributes.name?.includes(name) === true,
    );
    return firstValueFrom(this.#events.pipe(matching, skip(count - 1)));
  }
}
