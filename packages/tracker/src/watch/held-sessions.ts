import { SESSION_LABEL } from '../core/label/label-names.js';
import { EVERY_SESSION, type WatchedSession, type WatchScope } from './watched-session.js';

/** The sessions that somebody looks at: the jobs of others are not asked about, nor kept. */
export class HeldSessions {
  readonly #scope: WatchScope;
  readonly #holds = new Map<WatchedSession, { holders: number; readonly since: number }>();

  constructor(scope: WatchScope) {
    this.#scope = scope;
  }

  get isEmpty(): boolean {
    return this.#holds.size === 0;
  }

  /** One more looks at the session; `order` counts what has been told by now. */
  hold(session: WatchedSession, order: number): void {
    const held = this.#holds.get(session);
    if (held) held.holders += 1;
    else this.#holds.set(session, { holders: 1, since: order });
  }

  /** Whether the one who lets go was the last to look at it. */
  release(session: WatchedSession): boolean {
    const held = this.#holds.get(session);
    if (!held) return false;
    held.holders -= 1;
    return held.holders === 0 && this.#holds.delete(session);
  }

  /** The order at which somebody began to look at the session, be it at this one or at all. */
  heldSince(session: WatchedSession): number {
    const either: readonly WatchedSession[] = [session, EVERY_SESSION];
    const since = either.map((one) => this.#holds.get(one)?.since);
    return Math.min(...since.filter((order) => order !== undefined));
  }

  isHeld(session: string): boolean {
    return this.#holds.has(EVERY_SESSION) || this.#holds.has(session);
  }

  /** Whether somebody looks at the session that these labels name. */
  isWatched(labels: Readonly<Record<string, string>>): boolean {
    const session = Object.hasOwn(labels, SESSION_LABEL) ? labels[SESSION_LABEL] : undefined;
    return this.#scope === 'containers' || (session !== undefined && this.isHeld(session));
  }
}
