const NANOSECONDS = 1_000_000_000n;

/** The engine's nanoseconds as RFC 3339, all nine digits kept. */
export function engineTimeText(nanoseconds: bigint): string {
  const seconds = nanoseconds / NANOSECONDS;
  const date = new Date(Number(seconds) * 1_000).toISOString().slice(0, 19);
  return `${date}.${String(nanoseconds % NANOSECONDS).padStart(9, '0')}Z`;
}

/** Milliseconds between two times of the engine's; `undefined` where the first is not known. */
export function elapsed(from: string | undefined, until: string | number): number | undefined {
  if (from === undefined) return undefined;
  const end = typeof until === 'number' ? until : Date.parse(until);
  const ms = end - Date.parse(from);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms);
}
