import type { EngineTimeouts } from './engine-call.js';

export const DEFAULT_TIMEOUTS: EngineTimeouts = {
  connectMs: 10_000,
  headersMs: 60_000,
  commandMs: 300_000,
  bodyMs: 60_000,
  silenceMs: 30_000,
};

/** More does not fit a timer. */
const MAX_MS = 2_147_483_647;

/** @throws {TypeError} not whole milliseconds from 0 (no limit) to 2147483647. */
export function checkTimeouts(wanted: Partial<EngineTimeouts>): EngineTimeouts {
  const timeouts = { ...DEFAULT_TIMEOUTS, ...wanted };
  for (const [key, value] of Object.entries(timeouts)) {
    if (!Number.isInteger(value) || value < 0 || value > MAX_MS) {
      throw new TypeError(
        `timeouts.${key} is ${String(value)}, expected whole milliseconds from 0 to ${String(MAX_MS)}`,
      );
    }
  }
  return timeouts;
}
