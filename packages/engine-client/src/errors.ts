import { printable } from './printable.js';

/** Stable names of the failures; branch on these or on the class. */
export type EngineErrorCode =
  | 'ENGINE_HTTP'
  | 'ENGINE_PULL'
  | 'ENGINE_UNREACHABLE'
  | 'ENGINE_TIMEOUT'
  | 'ENGINE_PROTOCOL'
  | 'ENGINE_CLOSED'
  | 'ENGINE_OVERFLOW'
  | 'ENGINE_CONFIGURATION'
  | 'ENGINE_CREDENTIAL';

/** The call that failed. Safe to log: no query, headers, bodies or credentials. */
export interface RequestLine {
  readonly method: 'GET' | 'HEAD' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
}

/** Base of all that this package throws (each message on one line, control characters escaped), except an aborted call's `signal.reason` and `TypeError`s about arguments. */
export abstract class EngineError extends Error {
  static {
    this.prototype.name = 'EngineError';
  }
  abstract readonly code: EngineErrorCode;
  /** Absent when the failure belongs to no single call (a configuration, an engine closed as a whole). */
  readonly request?: RequestLine;

  constructor(request: RequestLine | undefined, what: string, options?: ErrorOptions) {
    super(printable(request === undefined ? what : `${request.method} ${request.path}: ${what}`), options);
    if (request !== undefined) this.request = request;
  }
}

/** The engine answered with a status that is not success. One class for all statuses; callers branch on `status`. */
export class EngineHttpError extends EngineError {
  static {
    this.prototype.name = 'EngineHttpError';
  }
  readonly code = 'ENGINE_HTTP';
  readonly status: number;
  /** The engine's words, unchanged (at most 64 KiB). */
  readonly engineMessage: string;

  constructor(request: RequestLine, status: number, engineMessage: string, hint?: string) {
    super(request, `engine answered ${status}: ${engineMessage}${hint === undefined ? '' : ` (${hint})`}`);
    this.status = status;
    this.engineMessage = engineMessage;
  }
}

/** An image could not be pulled, pushed or loaded: the engine said so inside an answer that had begun with 200. */
export class EngineImagePullError extends EngineError {
  static {
    this.prototype.name = 'EngineImagePullError';
  }
  readonly code = 'ENGINE_PULL';
  /** The engine's words, unchanged. */
  readonly engineMessage: string;

  constructor(request: RequestLine, engineMessage: string) {
    super(request, engineMessage);
    this.engineMessage = engineMessage;
  }
}

/** Socket missing, refused, forbidden, or lost in the middle; `cause` is the error underneath. */
export class EngineUnreachableError extends EngineError {
  static {
    this.prototype.name = 'EngineUnreachableError';
  }
  readonly code = 'ENGINE_UNREACHABLE';
}

/** Connecting, the answer's head, or the next piece of its body took longer than allowed. */
export class EngineTimeoutError extends EngineError {
  static {
    this.prototype.name = 'EngineTimeoutError';
  }
  readonly code = 'ENGINE_TIMEOUT';
}

/** The other end does not speak as an engine does. */
export class EngineProtocolError extends EngineError {
  static {
    this.prototype.name = 'EngineProtocolError';
  }
  readonly code = 'ENGINE_PROTOCOL';
  /** The first 200 bytes of what could not be understood, where there was something. */
  readonly excerpt?: string;

  constructor(
    request: RequestLine,
    what: string,
    options?: ErrorOptions & { readonly received?: string | Uint8Array },
  ) {
    super(request, what, options);
    if (options?.received !== undefined) this.excerpt = excerptOf(options.received);
  }
}

/** The Engine object, or this one connection of it, was closed on our side. */
export class EngineClosedError extends EngineError {
  static {
    this.prototype.name = 'EngineClosedError';
  }
  readonly code = 'ENGINE_CLOSED';
}

/** Events came faster than they were taken, and the buffer is full: what follows was not read. */
export class EngineOverflowError extends EngineError {
  static {
    this.prototype.name = 'EngineOverflowError';
  }
  readonly code = 'ENGINE_OVERFLOW';
}

/** A host, context, certificate or API version that cannot be used. Nothing was sent because of it. */
export class EngineConfigurationError extends EngineError {
  static {
    this.prototype.name = 'EngineConfigurationError';
  }
  readonly code = 'ENGINE_CONFIGURATION';

  constructor(what: string, options?: ErrorOptions) {
    super(undefined, what, options);
  }
}

/** The login for a registry could not be found out. Names the file or program at fault, and quotes nothing of what it holds. */
export class EngineCredentialError extends EngineError {
  static {
    this.prototype.name = 'EngineCredentialError';
  }
  readonly code = 'ENGINE_CREDENTIAL';

  constructor(what: string, options?: ErrorOptions) {
    super(undefined, what, options);
  }
}

const RETRYABLE = {
  ENGINE_HTTP: false,
  ENGINE_PULL: false,
  ENGINE_UNREACHABLE: true,
  ENGINE_TIMEOUT: true,
  // Most often another program answers. After a garbled line of a stream a caller may still connect again.
  ENGINE_PROTOCOL: false,
  ENGINE_CLOSED: false,
  ENGINE_OVERFLOW: true,
  ENGINE_CONFIGURATION: false,
  ENGINE_CREDENTIAL: false,
} as const satisfies Record<EngineErrorCode, boolean>;

/**
 * True when the same question may be answered later: connection lost, timeout, overflow, or a 5xx.
 * Says nothing about whether repeating a command is safe; a lost answer to `start` may have started the container.
 */
export function isRetryable(error: unknown): boolean {
  if (error instanceof EngineHttpError) return error.status >= 500;
  return error instanceof EngineError && RETRYABLE[error.code];
}

const EXCERPT_BYTES = 200;

function excerptOf(received: string | Uint8Array): string {
  const bytes = typeof received === 'string' ? Buffer.from(received.slice(0, EXCERPT_BYTES)) : received;
  return Buffer.from(bytes.subarray(0, EXCERPT_BYTES)).toString('utf8');
}
