import type { ServerResponse } from 'node:http';

/** One event of a stream. JSON has no line breaks, which would end it. */
export function eventFrame(event: string, message: unknown, id?: string): string {
  return `${id === undefined ? '' : `id: ${id}\n`}event: ${event}\ndata: ${JSON.stringify(message)}\n\n`;
}

/** Begins a stream of events; a page that loses it asks again after a second. */
export function beginEvents(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8' });
  response.flushHeaders();
  response.write('retry: 1000\n\n');
}
