/**
 * An async generator whose `return()` works at any moment, also while a `next()` is waiting for a silent stream
 * (a plain generator would queue the `return()` behind it).
 *
 * @param generate - gets the signal that ends its call early; passed on as {@link EngineCall.leave}.
 */
export function leavable<Item>(generate: (leave: AbortSignal) => AsyncGenerator<Item>): AsyncIterableIterator<Item> {
  const controller = new AbortController();
  const generator = generate(controller.signal);
  const done: IteratorReturnResult<undefined> = { done: true, value: undefined };
  return {
    async next() {
      try {
        return controller.signal.aborted ? done : await generator.next();
      } catch (error) {
        if (error === LEFT) return done;
        throw error;
      }
    },
    async return() {
      controller.abort(LEFT);
      await generator.return(undefined).catch((error: unknown) => {
        if (error !== LEFT) throw error;
      });
      return done;
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

/** Never seen outside: the reason of a call that its consumer left. */
const LEFT = new Error('the iterator was left');
