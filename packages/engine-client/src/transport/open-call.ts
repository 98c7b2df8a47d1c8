import { EngineClosedError, type RequestLine } from '../errors.js';
import { onAbort } from './abort-fan-out.js';
import { engineErrorOf } from './failure.js';

/**
 * A call under way. Whatever ends it early (the caller's signal, the Engine's close, leaving an iterator) is kept as
 * its reason, and every error met afterwards becomes that reason, unchanged.
 */
export class OpenCall {
  readonly request: RequestLine;
  readonly #label: string;
  readonly #registry: Set<OpenCall>;
  readonly #controller = new AbortController();
  readonly #cleanUps: (() => void)[] = [];
  #ended: { readonly reason: unknown } | undefined;
  #finished = false;

  constructor(
    request: RequestLine,
    label: string,
    registry: Set<OpenCall>,
    signals: readonly (AbortSignal | undefined)[],
  ) {
    this.request = request;
    this.#label = label;
    this.#registry = registry;
    registry.add(this);
    for (const signal of signals) {
      if (signal === undefined) continue;
      const stop = onAbort(signal, () => {
        this.end(signal.reason);
      });
      this.#cleanUps.push(stop);
    }
  }

  /** For the layers below: aborts with an error of its own, so that any kind of `reason` reaches the caller intact. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** Runs at {@link finish}, at once if that has happened. */
  onFinish(cleanUp: () => void): void {
    if (this.#finished) cleanUp();
    else this.#cleanUps.push(cleanUp);
  }

  /** Ends the call early. The first reason stays. */
  end(reason: unknown): void {
    if (this.#finished) return;
    this.#ended ??= { reason };
    this.#controller.abort(new Error('the call was ended'));
  }

  /** @param what - e.g. `the engine connection was closed`. */
  endClosed(what: string): void {
    this.end(new EngineClosedError(this.request, what));
  }

  /** Forgets the call and frees what it held. Later calls do nothing. */
  finish(): void {
    if (this.#finished) return;
    this.#finished = true;
    this.#registry.delete(this);
    for (const cleanUp of this.#cleanUps) cleanUp();
  }

  throwIfEnded(): void {
    if (this.#ended !== undefined) throw this.#ended.reason;
  }

  /** What the caller is to see for an error met below. */
  failure(error: unknown): unknown {
    return this.#ended === undefined ? engineErrorOf(error, this.request, this.#label) : this.#ended.reason;
  }
}
