import type { ReadContext } from '../session/session-context.js';

/** Bytes of a tail: it is for people to look at, the output itself has other ways. */
const TAIL_BYTES = 4096;

/**
 * The last lines of both streams together, in the order of the log, as text. `undefined`: the engine keeps no log of this job that
 * can be read.
 */
export async function outputTail(
  { engine }: ReadContext,
  id: string,
  lines: number,
  signal: AbortSignal,
): Promise<string | undefined> {
  let tail: Buffer = Buffer.alloc(0);
  try {
    for await (const { data } of engine.containers.logs(id, { tail: lines, tty: false, signal })) {
      tail = Buffer.concat([tail, data]).subarray(-TAIL_BYTES);
    }
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
  return tail.toString('utf8');
}
