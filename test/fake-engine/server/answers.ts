import { EngineFailure } from '../model/engine-failure.js';

/** A JSON answer as the engine writes it: with a line feed at its end. */
export function json(body: unknown, status = 200): Response {
  return text(`${JSON.stringify(body)}\n`, 'application/json', status);
}

export function text(body: string, contentType: string, status = 200): Response {
  const length = `${Buffer.byteLength(body)}`;
  return new Response(body, { status, headers: { 'content-type': contentType, 'content-length': length } });
}

export function empty(status: 200 | 204 | 304): Response {
  return new Response(null, { status });
}

/** The engine's error body; anything but a refusal is a defect of the fake and shows as such. */
export function refusal(error: unknown): Response {
  if (error instanceof EngineFailure) return json({ message: error.message }, error.status);
  return json(
    { message: `fake engine defect: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}` },
    500,
  );
}

/**
 * An endless body, made only as fast as the socket takes it: `pull` runs once for each chunk that was written, so a
 * slow reader is felt where the chunks come from.
 */
export function stream(
  source: { readonly pull: () => Promise<Uint8Array | undefined>; readonly cancel?: () => void },
  headers: Readonly<Record<string, string>>,
): Response {
  const body = new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const chunk = await source.pull();
        if (chunk === undefined) controller.close();
        else controller.enqueue(chunk);
      },
      cancel() {
        source.cancel?.();
      },
    },
    { highWaterMark: 0 },
  );
  return new Response(body, { status: 200, headers });
}
