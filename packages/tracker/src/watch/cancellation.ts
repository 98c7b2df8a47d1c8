import { onAbort } from '@docker-tracker/engine-client';

/**
 * Settles like `promise`, or rejects with `signal.reason` as soon as the signal aborts.
 * What `promise` does after an abort is not waited for.
 */
export function abortable<Value>(promise: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (!signal) return promise;
  if (signal.aborted) {
    // Nobody asks for it any more.
    promise.catch(() => undefined);
    return Promise.reject(signal.reason as Error);
  }
  return new Promise((resolve, reject) => {
    const stop = onAbort(signal, () => {
      reject(signal.reason as Error);
    });
    promise.then(resolve, reject).finally(stop);
  });
}

/** Waits, or rejects with `signal.reason`; leaves no timer behind. */
export function pause(milliseconds: number, signal: AbortSignal | undefined): Promise<void> {
  const { over, clear } = timer(milliseconds);
  return abortable(over, signal).finally(clear);
}

/** Settles like `promise`, or resolves when that takes too long; leaves no timer behind. */
export function within(milliseconds: number, promise: Promise<void>): Promise<void> {
  const { over, clear } = timer(milliseconds);
  return Promise.race([promise, over]).finally(clear);
}

function timer(milliseconds: number): { readonly over: Promise<void>; readonly clear: () => void } {
  let timeout: NodeJS.Timeout | undefined;
  const over = new Promise<void>((resolve) => {
    timeout = setTimeout(resolve, milliseconds);
  });
  return {
    over,
    clear: () => {
      clearTimeout(timeout);
    },
  };
}

/** A signal that aborts with the first of the given ones, for its reason. */
export interface LinkedSignal {
  readonly signal: AbortSignal;
  /** Lets go of the given ones: they may live for months. */
  readonly end: () => void;
}

export function linkedSignal(...signals: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const stops: (() => void)[] = [];
  const end = (): void => {
    for (const stop of stops.splice(0)) stop();
  };
  for (const signal of signals) {
    if (signal === undefined) continue;
    const abort = (): void => {
      end();
      controller.abort(signal.reason);
    };
    if (signal.aborted) {
      abort();
      break;
    }
    stops.push(onAbort(signal, abort));
  }
  return { signal: controller.signal, end };
}

/** A call, since a property is taken to be as it was when it was looked at last. */
export function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
