import { decodeContainerInspect } from './decode/container.js';
import { readFrames, type OutputFrame } from './frames.js';
import { pathSegment } from './query.js';
import type { EngineCall } from './transport/engine-call.js';
import { leavable } from './transport/leavable.js';
import type { Transport } from './transport/transport.js';

export interface LogsOptions {
  /** Stay until the container ends. Default false. */
  readonly follow?: boolean | undefined;
  /** Only that many of the last lines. Default `all`. */
  readonly tail?: number | 'all' | undefined;
  /** See `engineTime`. */
  readonly since?: string | undefined;
  readonly until?: string | undefined;
  /** Default true. */
  readonly stdout?: boolean | undefined;
  /** Default true. */
  readonly stderr?: boolean | undefined;
  /** An RFC 3339 time and a blank before each line. Default false. */
  readonly timestamps?: boolean | undefined;
  /** Whether the container has a terminal (`Config.Tty`). Default: asked for by an inspect. */
  readonly tty?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** A container's output. Framing is decided by the container's terminal: older engines send no usable content type. */
export function logs(transport: Transport, id: string, options: LogsOptions): AsyncIterableIterator<OutputFrame> {
  const { stdout = true, stderr = true, follow, tail, since, until, timestamps, signal } = options;
  const call: EngineCall = {
    method: 'GET',
    path: `/containers/${pathSegment(id)}/logs`,
    query: { stdout, stderr, follow, tail, since, until, timestamps },
    lane: 'stream',
    signal,
  };
  return leavable((leave) => read(transport, id, { ...call, leave }, options.tty));
}

/** Whether the container has a terminal, so that its output comes raw. */
export async function hasTerminal(
  transport: Transport,
  id: string,
  { signal, leave }: Pick<EngineCall, 'signal' | 'leave'>,
): Promise<boolean> {
  const path = `/containers/${pathSegment(id)}/json`;
  const inspected = await transport.json({ method: 'GET', path, signal, leave }, decodeContainerInspect);
  return inspected.Config.Tty;
}

async function* read(
  transport: Transport,
  id: string,
  call: EngineCall,
  tty: boolean | undefined,
): AsyncGenerator<OutputFrame> {
  const raw = tty ?? (await hasTerminal(transport, id, call));
  const answer = await transport.send(call);
  try {
    yield* readFrames(answer.body, answer.request, { tty: raw });
  } catch (error) {
    throw answer.failure(error);
  } finally {
    answer.finish();
  }
}
