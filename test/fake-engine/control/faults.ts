import type { EngineFailure } from '../model/engine-failure.js';
import { requestMatches, type RequestMatcher, type RequestRecord } from './request-log.js';

/** What a fault does to one request. */
export type Verdict =
  | { readonly kind: 'hold'; readonly when: 'arrived' | 'answered'; readonly released: Promise<void> }
  | { readonly kind: 'fail'; readonly failure: EngineFailure }
  /** Executed, but the socket is cut instead of the answer. */
  | { readonly kind: 'drop' }
  /** The header goes out, then the socket is cut. */
  | { readonly kind: 'cut-body' };

export interface Hold {
  /** Requests held so far. */
  readonly requests: readonly RequestRecord[];
  /** The first one to be held. */
  readonly first: Promise<RequestRecord>;
  /** Lets the held ones go, and holds no more. */
  release(): void;
}

interface Fault {
  readonly matcher: RequestMatcher;
  left: number;
  readonly judge: (request: RequestRecord) => Verdict;
}

/** Faults that a test has ordered, oldest first; each request meets every one that matches it. */
export class Faults {
  readonly #faults = new Set<Fault>();

  judge(request: RequestRecord): readonly Verdict[] {
    const verdicts: Verdict[] = [];
    for (const fault of [...this.#faults]) {
      if (!requestMatches(fault.matcher, request)) continue;
      fault.left -= 1;
      if (fault.left <= 0) this.#faults.delete(fault);
      verdicts.push(fault.judge(request));
    }
    return verdicts;
  }

  add(matcher: RequestMatcher, times: number, verdict: Verdict): void {
    this.#faults.add({ matcher, left: times, judge: () => verdict });
  }

  hold(matcher: RequestMatcher, when: 'arrived' | 'answered'): Hold {
    const requests: RequestRecord[] = [];
    let letGo = (): void => undefined;
    let tellFirst = (_request: RequestRecord): void => undefined;
    const released = new Promise<void>((resolve) => {
      letGo = resolve;
    });
    const first = new Promise<RequestRecord>((resolve) => {
      tellFirst = resolve;
    });
    const fault: Fault = {
      matcher,
      left: Number.POSITIVE_INFINITY,
      judge: (request) => {
        requests.push(request);
        tellFirst(request);
        return { kind: 'hold', when, released };
      },
    };
    this.#faults.add(fault);
    return {
      requests,
      first,
      release: () => {
        this.#faults.delete(fault);
        letGo();
      },
    };
  }

  clear(): void {
    this.#faults.clear();
  }
}
