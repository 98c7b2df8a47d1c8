/** Pauses between attempts to reach the engine: the first is short since an engine that restarts is back soon. */
const BACKOFF_MS = { first: 100, most: 5_000 } as const;

/** Milliseconds before the next attempt after so many that failed. */
export function backoff(failures: number): number {
  const most = Math.min(BACKOFF_MS.first * 2 ** (failures - 1), BACKOFF_MS.most);
  return most / 2 + Math.random() * (most / 2);
}
