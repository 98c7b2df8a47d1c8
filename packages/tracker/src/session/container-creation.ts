import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import { EngineHttpError, type ContainerCreateBody } from '@docker-tracker/engine-client';
import { DISPATCH_LABEL } from '../core/label/label-names.js';
import { platformAsker, platformOf } from '../core/template/platform.js';
import { imageFailure } from '../image/job-image.js';
import { abortable, within } from '../watch/cancellation.js';
import { drmaa2Failure } from './drmaa2-failure.js';
import type { SessionContext } from './session-context.js';
import { discard, discardByNonce, mayHaveBeenDone, TAKE_BACK_LIMIT_MS } from './taking-back.js';

/** What the create call of a job is made of. */
export interface Creation {
  readonly template: JobTemplate;
  readonly body: ContainerCreateBody;
  /** The value of the body's dispatch label, by which a container whose id was never told is found. */
  readonly nonce: string;
  /** Absent: the engine chooses. */
  readonly name: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * Creates the container of a job; resolves with its id, and leaves none where it rejects. A job name is not unique, a container's name
 * is: a taken one gets a suffix. The name as given stays in a label.
 */
export async function createContainer(context: SessionContext, creation: Creation): Promise<string> {
  const { template, body, nonce, name, signal } = creation;
  const platform = platformOf(template);
  const taken = (error: unknown): boolean =>
    name !== undefined && error instanceof EngineHttpError && error.status === 409;
  try {
    return await createNamed(context, body, { name, platform }, signal).catch((error: unknown) => {
      if (taken(error)) return createNamed(context, body, { name: `${String(name)}-${nonce}`, platform }, signal);
      throw error;
    });
  } catch (error) {
    // An engine that says 500, or somebody between who says it, may have created it none the less.
    const failed = error instanceof EngineHttpError && error.status >= 500;
    if (failed || mayHaveBeenDone(error)) await discardByNonce(context, nonce);
    if (platform !== undefined && error instanceof EngineHttpError && /platform/i.test(error.engineMessage)) {
      throw new Drmaa2Error('InvalidArgument', `${platformAsker(template)}: ${error.engineMessage}`, { cause: error });
    }
    throw error instanceof EngineHttpError && error.status === 404
      ? imageFailure(error, body.Image)
      : drmaa2Failure(error, 'addJob');
  }
}

/**
 * The call itself is not aborted: the engine would create the container all the same, and nobody would know its id.
 * After an abort the container is taken back first, by the answer that is still to come or, if that is held up, by its label.
 */
async function createNamed(
  context: SessionContext,
  body: ContainerCreateBody,
  query: { readonly name: string | undefined; readonly platform: string | undefined },
  signal?: AbortSignal,
): Promise<string> {
  signal?.throwIfAborted();
  const created = context.engine.containers.create(body, query);
  try {
    return (await abortable(created, signal)).Id;
  } catch (error) {
    if (signal?.aborted === true) {
      const answered = created.then(
        ({ Id }) => discard(context, Id),
        () => undefined,
      );
      const found = discardByNonce(context, body.Labels?.[DISPATCH_LABEL] ?? '');
      // What the engine makes after that is removed when it answers.
      await within(TAKE_BACK_LIMIT_MS, Promise.race([answered, found.then((any) => (any ? undefined : answered))]));
    }
    throw error;
  }
}
