import { uploadContent, type ArchiveContent } from './archive.js';
import { decodeImageInspect, decodeProgressLine, decodeImagesRemoved, decodeImageSummaries } from './decode/image.js';
import { EngineImagePullError } from './errors.js';
import { readJsonLines } from './json-lines.js';
import { pathSegment, type EngineFilters } from './query.js';
import type { EngineCall } from './transport/engine-call.js';
import { leavable } from './transport/leavable.js';
import type { Transport } from './transport/transport.js';
import type { ImageInspect, ImageProgress, ImageRemoved, ImageSummary } from './wire/image.js';

/** `/images/…`. A name may hold slashes, a tag or a digest. */
export class Images {
  readonly #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  list(
    options: {
      readonly all?: boolean | undefined;
      readonly filters?: EngineFilters | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): Promise<readonly ImageSummary[]> {
    const { all, filters, signal } = options;
    const call = { method: 'GET', path: '/images/json', query: { all, filters }, signal } as const;
    return this.#transport.json(call, decodeImageSummaries);
  }

  /** 404: not installed. */
  inspect(name: string, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<ImageInspect> {
    const path = `/images/${imagePath(name)}/json`;
    return this.#transport.json({ method: 'GET', path, signal: options.signal }, decodeImageInspect);
  }

  /**
   * Pulls an image; done when the iteration ends, so it has to be iterated.
   *
   * @param reference - `name`, `name:tag` or `name@digest`; without either, `latest`.
   * @param options.registryAuth - value of `X-Registry-Auth`; in no message and no error.
   * @throws {EngineImagePullError} the engine reported a failure inside the stream.
   */
  pull(
    reference: string,
    options: {
      readonly platform?: string | undefined;
      readonly registryAuth?: string | undefined;
      readonly signal?: AbortSignal | undefined;
    } = {},
  ): AsyncIterableIterator<ImageProgress> {
    const { platform, registryAuth, signal } = options;
    const call: EngineCall = {
      method: 'POST',
      path: '/images/create',
      query: { ...sourceOf(reference), platform },
      lane: 'stream',
      // the head comes with the first progress, after the registry has answered
      headersMs: 0,
      signal,
      ...(registryAuth === undefined ? {} : { headers: { 'x-registry-auth': registryAuth } }),
    };
    return leavable((leave) => readProgress(this.#transport, { ...call, leave }));
  }

  /**
   * Pushes an installed image to the registry that its name begins with; done when the iteration ends.
   *
   * @param reference - `host[:port]/name[:tag]`; without a tag, `latest`.
   * @param options.registryAuth - value of `X-Registry-Auth`; in no message and no error. Default: anonymous.
   * @throws {EngineImagePullError} the engine reported a failure inside the stream.
   */
  push(
    reference: string,
    options: { readonly registryAuth?: string | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<ImageProgress> {
    const { registryAuth = ANONYMOUS, signal } = options;
    const { fromImage, tag } = sourceOf(reference);
    const path = `/images/${imagePath(fromImage)}/push`;
    const headers = { 'x-registry-auth': registryAuth };
    const call = { method: 'POST', path, query: { tag }, lane: 'stream', headersMs: 0, headers, signal } as const;
    return leavable((leave) => readProgress(this.#transport, { ...call, leave }));
  }

  /** Installs the images of a `docker save` archive; done when the iteration ends. */
  load(
    body: ArchiveContent,
    options: { readonly signal?: AbortSignal | undefined } = {},
  ): AsyncIterableIterator<ImageProgress> {
    const upload = { content: uploadContent(body), contentType: 'application/x-tar' };
    const query = { quiet: true };
    const call = { method: 'POST', path: '/images/load', query, upload, lane: 'stream', headersMs: 0 } as const;
    return leavable((leave) => readProgress(this.#transport, { ...call, signal: options.signal, leave }));
  }

  /** Gives an installed image another name. */
  async tag(
    name: string,
    options: { readonly repo: string; readonly tag?: string | undefined; readonly signal?: AbortSignal | undefined },
  ): Promise<void> {
    const { repo, tag, signal } = options;
    const path = `/images/${imagePath(name)}/tag`;
    await this.#transport.status({ method: 'POST', path, query: { repo, tag }, lane: 'command', signal });
  }

  /** Takes a name away, and the image with its last name. 409: a container uses it. */
  remove(
    name: string,
    options: { readonly force?: boolean | undefined; readonly signal?: AbortSignal | undefined } = {},
  ): Promise<readonly ImageRemoved[]> {
    const { force, signal } = options;
    const path = `/images/${imagePath(name)}`;
    return this.#transport.json(
      { method: 'DELETE', path, query: { force }, lane: 'command', signal },
      decodeImagesRemoved,
    );
  }
}

/** `{}` in base64: engines refuse a push without the header. */
const ANONYMOUS = 'e30=';

/** The slashes of a name are part of the path. */
function imagePath(name: string): string {
  return name.split('/').map(pathSegment).join('/');
}

/** A tag stands after the last slash; without one the engine would pull every tag. */
function sourceOf(reference: string): { readonly fromImage: string; readonly tag?: string } {
  if (reference.includes('@')) return { fromImage: reference };
  const colon = reference.lastIndexOf(':');
  return colon > reference.lastIndexOf('/')
    ? { fromImage: reference.slice(0, colon), tag: reference.slice(colon + 1) }
    : { fromImage: reference, tag: 'latest' };
}

async function* readProgress(transport: Transport, call: EngineCall): AsyncGenerator<ImageProgress> {
  const request = { method: call.method, path: call.path };
  for await (const { error, errorDetail, ...progress } of readJsonLines(transport, call, decodeProgressLine)) {
    const failure = errorDetail?.message ?? error;
    if (failure !== undefined) throw new EngineImagePullError(request, failure);
    yield progress;
  }
}
