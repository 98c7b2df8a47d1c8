import type { HttpHandler } from 'msw';
import { compareApiVersions } from '../engine-profile.js';
import { formatFixedTime, parseTime } from '../events/engine-time.js';
import type { Container } from '../model/container.js';
import { frame, type LogEntry } from '../model/container-output.js';
import { EngineFailure } from '../model/engine-failure.js';
import type { EngineModel } from '../model/engine-model.js';
import { stream } from '../server/answers.js';
import { ChunkQueue } from '../server/chunk-queue.js';
import { isSet, route, type Call } from '../server/route.js';

export function logRoutes(model: EngineModel): readonly HttpHandler[] {
  return [route('get', '/containers/:id/logs', (call) => logs(model, call))];
}

/** Type of a log or attach stream; 1.41 sends none for logs, so that only `Config.Tty` tells frames from raw bytes. */
export function streamContentType(container: Container, apiVersion: string): Readonly<Record<string, string>> {
  if (compareApiVersions(apiVersion, '1.42') < 0) return {};
  const kind = container.config.Tty ? 'raw' : 'multiplexed';
  return { 'content-type': `application/vnd.docker.${kind}-stream` };
}

function logs(model: EngineModel, { id, query, apiVersion }: Call): Response {
  const container = model.containers.find(id);
  if (!isSet(query, 'stdout') && !isSet(query, 'stderr'))
    throw new EngineFailure(400, 'Bad parameters: you must choose at least one stream');
  const isWanted = (entry: LogEntry): boolean => isSet(query, entry.stream) && isWithin(entry, query);
  const queue = new ChunkQueue();
  const send = (entry: LogEntry): void => {
    const stamp = isSet(query, 'timestamps') ? `${formatFixedTime(entry.timeNano)} ` : '';
    const payload = stamp === '' ? entry.content : Buffer.concat([Buffer.from(stamp), entry.content]);
    queue.push(container.config.Tty ? payload : frame(entry.stream, payload));
  };
  for (const entry of lastOf(container.output.entries.filter(isWanted), query.get('tail'))) send(entry);
  let stopListening = (): void => undefined;
  if (isSet(query, 'follow') && !container.removed && (container.running || container.startedAt === 0n))
    stopListening = container.output.listen({
      onLine: (entry) => {
        if (isWanted(entry)) send(entry);
      },
      onEnd: () => {
        queue.end();
      },
    });
  else queue.end();
  return stream({ pull: () => queue.pull(), cancel: stopListening }, streamContentType(container, apiVersion));
}

function lastOf(entries: readonly LogEntry[], tail: string | null): readonly LogEntry[] {
  const count = Number(tail ?? NaN);
  if (tail === 'all' || Number.isNaN(count) || count < 0) return entries;
  return count === 0 ? [] : entries.slice(-count);
}

function isWithin(entry: LogEntry, query: URLSearchParams): boolean {
  const since = parseTime(query.get('since') ?? '');
  const until = parseTime(query.get('until') ?? '');
  // `until=0` means no limit, as the CLI always sends it
  return (
    (since === undefined || entry.timeNano >= since) && (until === undefined || until === 0n || entry.timeNano <= until)
  );
}
