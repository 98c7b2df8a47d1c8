import { Drmaa2Error, type Drmaa2ErrorCode } from '@docker-tracker/drmaa2';
import { EngineError, EngineHttpError, EngineImagePullError } from '@docker-tracker/engine-client';
import { drmaa2Failure } from '../session/drmaa2-failure.js';

/** The engine tells by words alone why a registry gave nothing, some inside a 200 and some by a 404 or 500. */
const BY_WORDS: readonly (readonly [RegExp, Drmaa2ErrorCode])[] = [
  [/no space left on device/i, 'OutOfResource'],
  [/unauthorized|no basic auth|access denied|denied:|authentication required/i, 'DeniedByDrms'],
  [/toomanyrequests|rate limit/i, 'TryLater'],
  [/manifest unknown|not found|name unknown|invalid reference|no matching manifest/i, 'InvalidArgument'],
];

/** A pull's failure in DRMAA2's terms, with the engine's words, and the EngineError as `cause`. */
export function pullFailure(error: unknown, image: string): unknown {
  if (!(error instanceof EngineError)) return error;
  const doing = `image ${image} could not be pulled`;
  if (error.code === 'ENGINE_CREDENTIAL') {
    return new Drmaa2Error('InvalidArgument', `${doing}: ${error.message}`, { cause: error });
  }
  if (!(error instanceof EngineHttpError) && !(error instanceof EngineImagePullError)) {
    return drmaa2Failure(error, doing);
  }
  const words = error.engineMessage;
  const code = BY_WORDS.find(([pattern]) => pattern.test(words))?.[1] ?? 'DrmCommunication';
  return new Drmaa2Error(code, `${doing}: ${words}`, { cause: error });
}
