/** Billionths of a CPU, the engine's unit. */
export const NANO_CPUS = 1_000_000_000;

/** Parses a number of CPUs, at least 0.01, to `NanoCpus`. The engine refuses more than its host has. */
export function parseCpus(text: string): number | undefined {
  if (!/^\d{1,5}(?:\.\d{1,9})?$/.test(text)) return undefined;
  const nano = Math.round(Number(text) * NANO_CPUS);
  return nano >= NANO_CPUS / 100 ? nano : undefined;
}
