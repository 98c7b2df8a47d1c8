import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';

/**
 * Writes a Fetch response to the socket: header at once, then each chunk only when the one before it left for the
 * kernel. A reader that stalls is thereby felt by whoever makes the chunks, as in the engine.
 */
export async function writeAnswer(answer: Response, response: ServerResponse): Promise<void> {
  response.sendDate = true;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  const body: ReadableStream<Uint8Array> | null = answer.body;
  const reader = body?.getReader();
  if (reader === undefined) {
    response.end();
    return;
  }
  // without it an idle /events would never even answer
  response.flushHeaders();
  finished(response, () => {
    reader.cancel().catch(() => undefined);
  });
  let part = await reader.read();
  // a cancelled reader is done at once
  while (!part.done) {
    await write(response, part.value);
    part = await reader.read();
  }
  if (!response.destroyed) response.end();
}

function write(response: ServerResponse, chunk: Uint8Array): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('close', done);
      resolve();
    };
    response.once('close', done);
    response.write(chunk, done);
  });
}
