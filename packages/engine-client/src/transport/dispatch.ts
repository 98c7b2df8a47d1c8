import { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { EngineCall } from './engine-call.js';
import { isDeadConnection } from './failure.js';
import type { OpenCall } from './open-call.js';

/** Sends `call` by `dispatcher`; once more if a kept connection turns out dead and the call changes nothing. */
export async function dispatch(
  dispatcher: Dispatcher,
  call: EngineCall,
  open: OpenCall,
  where: Pick<Dispatcher.RequestOptions, 'path' | 'headersTimeout' | 'bodyTimeout'>,
): Promise<Dispatcher.ResponseData> {
  const options = { method: call.method, ...where, ...contentOf(call), signal: open.signal };
  try {
    return await requested(dispatcher, options, open);
  } catch (error) {
    // a lost `start` may have started the container, so no command is sent twice
    const repeatable = call.method === 'GET' || call.method === 'HEAD';
    if (!repeatable || open.signal.aborted || !isDeadConnection(error)) throw error;
    return await requested(dispatcher, options, open);
  }
}

/** Whether the caller's own source of an upload failed: its error is passed on as it is. */
export function isUploadError({ upload }: EngineCall, error: unknown): boolean {
  return upload?.content instanceof Readable && upload.content.errored !== null && upload.content.errored === error;
}

/** undici hears of an abort only once the request has a connection; the caller hears of it at once. */
function requested(
  dispatcher: Dispatcher,
  options: Dispatcher.RequestOptions,
  open: OpenCall,
): Promise<Dispatcher.ResponseData> {
  return new Promise((resolve, reject) => {
    const onAbort = (): void => {
      reject(new Error('the call was ended'));
    };
    open.signal.addEventListener('abort', onAbort, { once: true });
    dispatcher
      .request(options)
      .then(resolve, reject)
      .finally(() => {
        open.signal.removeEventListener('abort', onAbort);
      });
  });
}

function contentOf({ json, upload, headers }: EngineCall): Pick<Dispatcher.RequestOptions, 'body' | 'headers'> {
  if (json !== undefined) {
    return { body: JSON.stringify(json), headers: { ...headers, 'content-type': 'application/json' } };
  }
  if (upload !== undefined) {
    return { body: upload.content, headers: { ...headers, 'content-type': upload.contentType } };
  }
  return headers === undefined ? {} : { headers };
}
