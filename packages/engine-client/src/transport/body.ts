import type { Readable } from 'node:stream';

/** An answer to a question is held as a whole; a list of 100 000 containers is some 70 MB. */
export const ANSWER_LIMIT = 256 * 1024 * 1024;

/** The engine's words are some hundred bytes; what another server says is cut here. */
const ERROR_BODY_LIMIT = 64 * 1024;

/** The whole body, or `undefined` past `limit` (the rest is left, the stream destroyed). */
export async function readAtMost(body: Readable, limit: number): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body as AsyncIterable<Buffer>) {
    length += chunk.length;
    if (length > limit) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, length);
}

/** The beginning of an error's body. Gives what came when the rest does not come within `waitMs`, or is cut. */
export async function readErrorBody(body: Readable, waitMs: number): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  const patience = waitMs === 0 ? undefined : setTimeout(() => body.destroy(), waitMs);
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      length += chunk.length;
      if (length >= ERROR_BODY_LIMIT) break;
    }
  } catch {
    // the status is the news; a cut body must not hide it
  } finally {
    clearTimeout(patience);
    body.destroy();
  }
  return Buffer.concat(chunks, length).subarray(0, ERROR_BODY_LIMIT).toString('utf8');
}

/** `{"message":"…"}`, or plain text as attach errors and very old routes send it. */
export function engineMessageOf(body: string): string {
  try {
    const parsed: unknown = JSON.parse(body);
    if (typeof parsed === 'object' && parsed !== null && 'message' in parsed && typeof parsed.message === 'string') {
      return parsed.message;
    }
  } catch {
    // not JSON: the text itself is the message
  }
  return body.trim();
}
