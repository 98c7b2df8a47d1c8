/** Engine calls over many jobs: this many at once leave room for others, and an engine gets no faster beyond. */
export const PARALLEL_CALLS = 8;

/** Does the work for every item, at most `limit` at a time, in order. Rejects with the first failure. */
export async function inParallel<Item>(
  items: Iterable<Item>,
  work: (item: Item) => Promise<void>,
  limit = PARALLEL_CALLS,
): Promise<void> {
  const left = items[Symbol.iterator]();
  const worker = async (): Promise<void> => {
    for (let next = left.next(); next.done !== true; next = left.next()) await work(next.value);
  };
  await Promise.all(Array.from({ length: limit }, worker));
}
