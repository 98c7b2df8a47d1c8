export type WaitCondition = 'not-running' | 'next-exit' | 'removed';

export interface WaitResult {
  readonly exitCode: number;
  readonly error: string;
}

interface Waiter {
  readonly condition: WaitCondition;
  readonly resolve: (result: WaitResult) => void;
}

/** Who waits for this container (daemon/container/state.go). Removal releases all; an exit the first two. */
export class ContainerWaiters {
  readonly #waiters = new Set<Waiter>();

  get size(): number {
    return this.#waiters.size;
  }

  /** Registered when it returns: the answer's header is written after that, so it proves the waiter is armed. */
  add(condition: WaitCondition): { readonly result: Promise<WaitResult>; readonly cancel: () => void } {
    let waiter: Waiter | undefined;
    const result = new Promise<WaitResult>((resolve) => {
      waiter = { condition, resolve };
      this.#waiters.add(waiter);
    });
    return {
      result,
      cancel: () => {
        if (waiter !== undefined) this.#waiters.delete(waiter);
      },
    };
  }

  /** The container stopped, or began to wait for its restart. */
  stopped(result: WaitResult): void {
    this.#release(result, (waiter) => waiter.condition !== 'removed');
  }

  removed(result: WaitResult): void {
    this.#release(result, () => true);
  }

  #release(result: WaitResult, isDue: (waiter: Waiter) => boolean): void {
    for (const waiter of [...this.#waiters]) {
      if (!isDue(waiter)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(result);
    }
  }
}
