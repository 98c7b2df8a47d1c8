import type { ServerResponse } from 'node:http';
import { finished } from 'node:stream';

/**
 * Writes a Fetch response to the socket: header at once, then each chunk only when the one before it left for the
 * kernel. A reader that stalls is thereby felt by whoever makes the chunks, as in the engine.
 */
export async function writeAnswer(answer: Response, response: ServerResponse): Promise<void> {
  response.sendDate = true;
  response.writeHead(answer.status, Object.fromEntries(answer.headers));
  const reader = answer.body?.getReader();
  if (reader === undefined) {
    response.end();
    return;
  }
  // without it an idle /events would never even answer
  response.flushHeaders();
  let isGone = false;
  finished(response, () => {
    isGone = true;
    reader.cancel().catch(() => undefined);
  });
  for (;;) {
    const { done, value } = await reader.read();
    if (done || isGone) break;
    await write(response, value);
  }
  if (!isGone) response.end();
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
