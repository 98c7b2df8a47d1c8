import type { ProxiedRequest } from './exchange-reader.js';
import type { ExchangeFault } from './exchange-fault.js';
import { matches, type ProxyMatcher } from './request-matcher.js';

export type FaultKind = ExchangeFault['kind'];

interface Order {
  readonly matcher: ProxyMatcher;
  readonly fault: ExchangeFault;
  left: number;
}

/** Faults that were ordered, oldest first, each for so many exchanges; and how many of each kind had their effect. */
export class OrderedFaults {
  readonly #orders = new Set<Order>();
  readonly #done = new Map<FaultKind, number>();
  #whim: ((request: ProxiedRequest) => ExchangeFault | undefined) | undefined;

  get done(): ReadonlyMap<FaultKind, number> {
    return this.#done;
  }

  add(matcher: ProxyMatcher, fault: ExchangeFault, times: number): void {
    this.#orders.add({ matcher, fault, left: times });
  }

  /** What decides about the exchanges for which nothing was ordered; `undefined`: nothing. */
  otherwise(whim: ((request: ProxiedRequest) => ExchangeFault | undefined) | undefined): void {
    this.#whim = whim;
  }

  next(request: ProxiedRequest): ExchangeFault | undefined {
    return this.#ordered(request) ?? this.#whim?.(request);
  }

  struck({ kind }: ExchangeFault): void {
    this.#done.set(kind, (this.#done.get(kind) ?? 0) + 1);
  }

  #ordered(request: ProxiedRequest): ExchangeFault | undefined {
    for (const order of this.#orders) {
      if (!matches(order.matcher, request)) continue;
      order.left -= 1;
      if (order.left <= 0) this.#orders.delete(order);
      return order.fault;
    }
    return undefined;
  }
}
