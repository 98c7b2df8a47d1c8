/**
 * Calls `listener` once when `signal` aborts; returns how to stop waiting for that.
 * However many calls share a signal, it carries one listener (Node warns at more than ten), and none when they are done.
 */
export function onAbort(signal: AbortSignal, listener: () => void): () => void {
  let listeners = FAN_OUTS.get(signal);
  if (listeners === undefined) {
    listeners = new FanOut(signal);
    FAN_OUTS.set(signal, listeners);
  }
  return listeners.add(listener);
}

const FAN_OUTS = new WeakMap<AbortSignal, FanOut>();

class FanOut {
  readonly #signal: AbortSignal;
  readonly #listeners = new Set<() => void>();
  readonly #fire = (): void => {
    const waiting = [...this.#listeners];
    this.#listeners.clear();
    for (const listener of waiting) listener();
  };

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  add(listener: () => void): () => void {
    const entry = (): void => {
      listener();
    };
    if (this.#listeners.size === 0) this.#signal.addEventListener('abort', this.#fire, { once: true });
    this.#listeners.add(entry);
    return () => {
      if (this.#listeners.delete(entry) && this.#listeners.size === 0) {
        this.#signal.removeEventListener('abort', this.#fire);
      }
    };
  }
}
