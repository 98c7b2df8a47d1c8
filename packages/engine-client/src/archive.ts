import { Readable } from 'node:stream';
import { decodeArchiveStat } from './decode/stats.js';
import { EngineProtocolError } from './errors.js';
import { pathSegment } from './query.js';
import type { Answer, Transport } from './transport/transport.js';
import { leavable } from './transport/leavable.js';
import type { ArchiveStat } from './wire/container-answer.js';

/** A tar archive, whole or in pieces. */
export type ArchiveContent = Readable | AsyncIterable<Uint8Array> | Uint8Array;

export interface ContainerArchive {
  readonly stat: ArchiveStat;
  /** Read only as fast as it is taken. To be iterated once, or left with `return()`: until then the connection is held. */
  readonly body: AsyncIterableIterator<Buffer>;
}

/** Sends pieces as fast as the engine takes them, without a limit of time. */
export async function putArchive(
  transport: Transport,
  id: string,
  options: { readonly path: string; readonly body: ArchiveContent; readonly signal?: AbortSignal | undefined },
): Promise<void> {
  await transport.status({
    method: 'PUT',
    path: `/containers/${pathSegment(id)}/archive`,
    query: { path: options.path },
    upload: { content: uploadContent(options.body), contentType: 'application/x-tar' },
    lane: 'stream',
    headersMs: 0,
    signal: options.signal,
  });
}

export async function getArchive(
  transport: Transport,
  id: string,
  options: { readonly path: string; readonly signal?: AbortSignal | undefined },
): Promise<ContainerArchive> {
  const path = `/containers/${pathSegment(id)}/archive`;
  const query = { path: options.path };
  const answer = await transport.send({ method: 'GET', path, query, lane: 'stream', signal: options.signal });
  try {
    return { stat: statOf(answer), body: leavable((leave) => read(answer, leave)) };
  } catch (error) {
    answer.finish();
    throw answer.failure(error);
  }
}

/** What undici sends piece by piece. */
export function uploadContent(content: ArchiveContent): Readable | Uint8Array {
  return content instanceof Uint8Array || content instanceof Readable ? content : Readable.from(content);
}

async function* read(answer: Answer, leave: AbortSignal): AsyncGenerator<Buffer> {
  leave.addEventListener(
    'abort',
    () => {
      answer.end(leave.reason);
    },
    { once: true },
  );
  try {
    yield* answer.body as AsyncIterable<Buffer>;
  } catch (error) {
    throw answer.failure(error);
  } finally {
    answer.finish();
  }
}

function statOf({ headers, request }: Answer): ArchiveStat {
  const header = headers['x-docker-container-path-stat'];
  const json = typeof header === 'string' ? Buffer.from(header, 'base64').toString('utf8') : '';
  try {
    return decodeArchiveStat(JSON.parse(json), '');
  } catch (cause) {
    throw new EngineProtocolError(request, 'the archive came without its file facts', { cause, received: json });
  }
}
