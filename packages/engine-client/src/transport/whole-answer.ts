import { EngineTimeoutError } from '../errors.js';
import type { EngineTimeouts } from './engine-call.js';
import type { Answer } from './transport.js';

/**
 * An answer that comes drop by drop keeps within the time between two pieces for ever. That many of these times, and a piece
 * short, it is given up: the longest list takes some seconds.
 */
export const WHOLE_ANSWER_PIECES = 10;

/** Runs what reads an answer's body to its end; past `bodyMs` ten times over the call ends with an EngineTimeoutError. */
export async function withinWhole<Value>(
  answer: Answer,
  { bodyMs }: EngineTimeouts,
  read: () => Promise<Value>,
): Promise<Value> {
  if (bodyMs === 0) return read();
  const limitMs = bodyMs * WHOLE_ANSWER_PIECES;
  const timer = setTimeout(
    () => {
      const what = `the answer was not whole within ${String(limitMs)} ms`;
      answer.end(new EngineTimeoutError(answer.request, what));
    },
    Math.min(limitMs, LONGEST_TIMER_MS),
  );
  try {
    return await read();
  } finally {
    clearTimeout(timer);
  }
}

/** setTimeout takes no more. */
const LONGEST_TIMER_MS = 2_147_483_647;
