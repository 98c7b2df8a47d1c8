import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import { EngineHttpError, type Engine, type ImageInspect } from '@docker-tracker/engine-client';
import { readExtension } from '../core/template/extensions.js';
import { drmaa2Failure } from '../session/drmaa2-failure.js';
import type { ImagePulls, PullMode } from './image-pulls.js';

interface ImageContext {
  readonly engine: Engine;
  readonly pulls: ImagePulls;
  readonly choices: { readonly pull: PullMode };
}

/**
 * The image that a job runs, pulled first if its template's `pull`, else the tracker's, says so.
 *
 * @throws {Drmaa2Error} InvalidArgument: it is not there; for a pull see ImagePulls.
 */
export async function jobImage(
  context: ImageContext,
  template: JobTemplate,
  signal: AbortSignal | undefined,
): Promise<ImageInspect> {
  const { engine, pulls, choices } = context;
  const image = template.jobCategory ?? '';
  const mode = readExtension(template, 'pull') ?? choices.pull;
  if (mode === 'always') await pulls.pull(image, signal);
  try {
    return await engine.images.inspect(image, { signal });
  } catch (error) {
    if (mode !== 'missing' || !isAbsence(error)) throw imageFailure(error, image);
  }
  await pulls.pull(image, signal);
  try {
    return await engine.images.inspect(image, { signal });
  } catch (error) {
    throw imageFailure(error, image);
  }
}

/** The failure of a call that needs an image, in DRMAA2's terms. */
export function imageFailure(error: unknown, image: string): unknown {
  if (!isAbsence(error)) return drmaa2Failure(error, 'addJob');
  return new Drmaa2Error(
    'InvalidArgument',
    `no such image: ${image}. Images are not pulled automatically: get it with \`docker pull ${image}\` or ask for it with the extension pull=missing, see listJobCategories() for those that are there. The engine says: ${error.engineMessage}`,
    { cause: error },
  );
}

function isAbsence(error: unknown): error is EngineHttpError {
  return error instanceof EngineHttpError && error.status === 404;
}
