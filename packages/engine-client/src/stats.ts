import { decodeContainerStats } from './decode/stats.js';
import { readJsonLines } from './json-lines.js';
import { pathSegment } from './query.js';
import { leavable } from './transport/leavable.js';
import type { Transport } from './transport/transport.js';
import type { ContainerStats } from './wire/container-answer.js';

/** Samples of one container, about one a second. */
export function stats(
  transport: Transport,
  id: string,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<ContainerStats> {
  const path = `/containers/${pathSegment(id)}/stats`;
  // the head comes with the first sample
  const call = { method: 'GET', path, query: { stream: true }, lane: 'stream', signal } as const;
  return leavable((leave) => readJsonLines(transport, { ...call, leave }, decodeContainerStats));
}

/** One sample. */
export function statsOnce(
  transport: Transport,
  id: string,
  options: { readonly oneShot?: boolean | undefined; readonly signal?: AbortSignal | undefined },
): Promise<ContainerStats> {
  const path = `/containers/${pathSegment(id)}/stats`;
  const query = { stream: false, 'one-shot': options.oneShot };
  return transport.json({ method: 'GET', path, query, lane: 'command', signal: options.signal }, decodeContainerStats);
}
