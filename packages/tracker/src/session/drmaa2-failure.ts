import { Drmaa2Error, type Drmaa2ErrorCode } from '@docker-tracker/drmaa2';
import { EngineError, EngineHttpError } from '@docker-tracker/engine-client';

const BY_STATUS: Readonly<Record<number, Drmaa2ErrorCode>> = {
  400: 'InvalidArgument',
  401: 'DeniedByDrms',
  403: 'DeniedByDrms',
  404: 'InvalidArgument',
  409: 'InvalidState',
  429: 'TryLater',
  503: 'TryLater',
};

const BY_CODE: Readonly<Record<string, Drmaa2ErrorCode>> = {
  ENGINE_UNREACHABLE: 'DrmCommunication',
  ENGINE_PROTOCOL: 'DrmCommunication',
  ENGINE_TIMEOUT: 'Timeout',
  ENGINE_CLOSED: 'InvalidSession',
  ENGINE_CONFIGURATION: 'InvalidArgument',
};

/**
 * The engine's failure in DRMAA2's terms, the engine's words and the EngineError (as `cause`) kept.
 * What is no failure of the engine (a DRMAA2 error, an abort's reason) comes back as it is.
 * @source DRMAA2 section 6; engine-facts 4.1
 */
export function drmaa2Failure(error: unknown, doing: string): unknown {
  if (!(error instanceof EngineError)) return error;
  const words = error instanceof EngineHttpError ? error.engineMessage : error.message;
  return new Drmaa2Error(codeOf(error), `${doing}: ${words}`, { cause: error });
}

function codeOf(error: EngineError): Drmaa2ErrorCode {
  if (error instanceof EngineHttpError) {
    if (/no space left on device/i.test(error.engineMessage)) return 'OutOfResource';
    return BY_STATUS[error.status] ?? 'Internal';
  }
  return BY_CODE[error.code] ?? 'Internal';
}

/** Runs an engine call; its failure is told in DRMAA2's terms. */
export async function inDrmaa2Terms<Value>(doing: string, call: () => Promise<Value>): Promise<Value> {
  try {
    return await call();
  } catch (error) {
    throw drmaa2Failure(error, doing);
  }
}
