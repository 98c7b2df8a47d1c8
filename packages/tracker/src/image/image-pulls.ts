import type { Engine, ImageProgress, RegistryCredential } from '@docker-tracker/engine-client';
import { Subject, type Observable } from 'rxjs';
import { abortable } from '../watch/cancellation.js';
import { pullFailure } from './pull-failure.js';

/** When a job's image is pulled. */
export type PullMode = 'never' | 'missing' | 'always';

/** Finds the login for an image's registry; undefined: ask anonymously. */
export type CredentialSource = (
  image: string,
  options: { readonly signal: AbortSignal },
) => Promise<RegistryCredential | undefined>;

/** A step of a pull. */
export interface PullProgress {
  readonly image: string;
  /** `pulling`: one of many steps; `pulled` and `failed`: the last. */
  readonly phase: 'pulling' | 'pulled' | 'failed';
  /** The engine's words, such as `Downloading`. */
  readonly status?: string;
  /** The layer that this step is about. */
  readonly layer?: string;
  /** Bytes of the layer. */
  readonly current?: number;
  readonly total?: number;
  /** Of `failed`: what the jobs that needed the image reject with. */
  readonly error?: unknown;
}

interface SharedPull {
  readonly done: Promise<void>;
  readonly abort: AbortController;
  waiting: number;
}

/** The pulls of one session: jobs that need the same image at the same time share one. */
export class ImagePulls {
  readonly #engine: Engine;
  readonly #credentials: CredentialSource;
  readonly #progress = new Subject<PullProgress>();
  readonly #running = new Map<string, SharedPull>();

  constructor(engine: Engine, credentials: CredentialSource) {
    this.#engine = engine;
    this.#credentials = credentials;
  }

  /** Hot; completes with the session. */
  get progress$(): Observable<PullProgress> {
    return this.#progress.asObservable();
  }

  /**
   * Pulls the image, or joins a pull of it that is under way. The pull ends when the last one that waits for it aborts.
   *
   * @throws {Drmaa2Error} see {@link pullFailure}; an abort rejects with its reason.
   */
  async pull(image: string, signal?: AbortSignal): Promise<void> {
    signal?.throwIfAborted();
    const shared = this.#running.get(image) ?? this.#begin(image);
    shared.waiting += 1;
    try {
      await abortable(shared.done, signal);
    } finally {
      shared.waiting -= 1;
      if (shared.waiting === 0) this.#leave(image, shared);
    }
  }

  close(): void {
    this.#progress.complete();
  }

  #begin(image: string): SharedPull {
    const abort = new AbortController();
    const done = this.#run(image, abort.signal).finally(() => {
      this.#forget(image, shared);
    });
    const shared: SharedPull = { done, abort, waiting: 0 };
    // Who waited may have left before.
    done.catch(() => undefined);
    this.#running.set(image, shared);
    return shared;
  }

  /** Whoever needs the image from now on gets a pull that is not about to end. */
  #leave(image: string, shared: SharedPull): void {
    this.#forget(image, shared);
    shared.abort.abort(new Error('nobody waits for this pull any more'));
  }

  #forget(image: string, shared: SharedPull): void {
    if (this.#running.get(image) === shared) this.#running.delete(image);
  }

  async #run(image: string, signal: AbortSignal): Promise<void> {
    try {
      const credential = await this.#credentials(image, { signal });
      const steps = this.#engine.images.pull(image, { registryAuth: credential?.header(), signal });
      for await (const step of steps) this.#tell({ image, phase: 'pulling', ...shown(step) });
    } catch (failure) {
      const error = pullFailure(failure, image);
      this.#tell({ image, phase: 'failed', error });
      throw error;
    }
    this.#tell({ image, phase: 'pulled' });
  }

  #tell(progress: PullProgress): void {
    this.#progress.next(Object.freeze(progress));
  }
}

function shown({ status, id, progressDetail }: ImageProgress): Partial<PullProgress> {
  const { current, total } = progressDetail ?? {};
  return {
    ...(status !== undefined && { status }),
    ...(id !== undefined && { layer: id }),
    ...(current !== undefined && { current }),
    ...(total !== undefined && { total }),
  };
}
