import { Drmaa2Error, type Cancellable } from '@docker-tracker/drmaa2';
import { ReplaySubject, type Observable } from 'rxjs';
import { linkedSignal } from '../watch/cancellation.js';

/** The calls of something open: every call ends with it, and its end waits for what a call leaves to do. */
export class OpenCalls {
  readonly #what: string;
  readonly #refusal: string;
  readonly #close = new AbortController();
  readonly #closed = new ReplaySubject<void>(1);
  readonly #calls = new Set<Promise<unknown>>();

  /** `what` is closed, in the words of those who still waited then; `refusal` is what a later call is told. */
  constructor(what: string, refusal: string) {
    this.#what = what;
    this.#refusal = refusal;
  }

  /** Aborts at the end. */
  get signal(): AbortSignal {
    return this.#close.signal;
  }

  /** One value at the end, also for those who come later. */
  get closed$(): Observable<void> {
    return this.#closed.asObservable();
  }

  run<Value>(options: Cancellable, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const scope = linkedSignal(this.#close.signal, options.signal);
    const call = (async () => {
      this.check();
      return work(scope.signal);
    })().finally(() => {
      scope.end();
      this.#calls.delete(call);
    });
    this.#calls.add(call);
    return call;
  }

  /** @throws {Drmaa2Error} InvalidSession: it is closed. */
  check(): void {
    if (this.#close.signal.aborted) throw new Drmaa2Error('InvalidSession', this.#refusal);
  }

  /** @returns whether it was open. */
  close(): boolean {
    if (this.#close.signal.aborted) return false;
    this.#close.abort(new Drmaa2Error('InvalidSession', `the ${this.#what} was closed`));
    this.#closed.next();
    return true;
  }

  /** Resolves when no call is under way any more. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#calls);
  }
}
