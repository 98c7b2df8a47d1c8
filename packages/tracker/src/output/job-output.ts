import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { inDrmaa2Terms } from '../session/drmaa2-failure.js';
import { linkedSignal } from '../watch/cancellation.js';
import { requireRecord, type ReadContext } from '../session/session-context.js';

/** Some bytes of one of the job's two streams. A terminal has only stdout. */
export interface OutputChunk {
  readonly stream: 'stdout' | 'stderr';
  readonly data: Buffer;
}

export interface OutputOptions {
  /** Stay until the job ends. Default false: what there is. */
  readonly follow?: boolean | undefined;
  /** Only so many of the last lines of both streams together. Default: all. */
  readonly tail?: number | undefined;
  /** Only what was written from then on: Unix seconds, up to nine digits of fraction, on the engine's clock. */
  readonly since?: string | undefined;
  /** Default true. */
  readonly stdout?: boolean | undefined;
  /** Default true. */
  readonly stderr?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A job's output out of the engine's log, each stream in its own order. */
export async function* jobOutput(
  context: ReadContext,
  id: string,
  { signal, ...options }: OutputOptions,
): AsyncGenerator<OutputChunk, void, undefined> {
  const record = await requireRecord(context, id, signal);
  if (record.removed)
    throw new Drmaa2Error('InvalidArgument', `the output of job ${id} is gone: its container was removed`);
  const either = linkedSignal(context.closed, signal);
  const tty = record.details?.tty;
  const frames = context.engine.containers.logs(id, { ...options, tty, signal: either.signal });
  try {
    for (;;) {
      const next = await inDrmaa2Terms(`output of job ${id}`, () => frames.next());
      if (next.done === true) return;
      yield next.value;
    }
  } finally {
    await frames.return?.();
    either.end();
  }
}
