import { DecodeFailure } from '../decode/decoder.js';
import {
  EngineError,
  EngineProtocolError,
  EngineTimeoutError,
  EngineUnreachableError,
  type RequestLine,
} from '../errors.js';

/** The EngineError for an error of undici, Node or a decoder. `label` names the endpoint. */
export function engineErrorOf(error: unknown, request: RequestLine, label: string): unknown {
  if (error instanceof EngineError) return error;
  if (error instanceof DecodeFailure) {
    return new EngineProtocolError(request, `unexpected answer: ${error.message}`, { cause: error });
  }
  const code = codeOf(error);
  // undici's parser error has its code only where llhttp named one
  if (code === undefined && !isParserError(error)) return error;
  return engineErrorOfCode(code ?? 'HPE_', error, request, label);
}

function isParserError(error: unknown): boolean {
  return error instanceof Error && error.name === 'HTTPParserError';
}

function engineErrorOfCode(code: string, error: unknown, request: RequestLine, label: string): EngineError {
  const options = { cause: error };
  const timeout = TIMEOUTS[code];
  if (timeout !== undefined) return new EngineTimeoutError(request, `${timeout} (${label})`, options);
  const unreachable = UNREACHABLE[code];
  if (unreachable !== undefined) {
    return new EngineUnreachableError(request, `cannot connect to ${label}: ${unreachable}`, options);
  }
  if (code.startsWith('HPE_') || NOT_HTTP.has(code)) {
    return new EngineProtocolError(request, `what answers at ${label} is not a Docker Engine (no valid HTTP)`, {
      cause: error,
      ...receivedOf(error),
    });
  }
  if (isTls(code)) {
    const advice = 'check the certificates (DOCKER_CERT_PATH) and that this port speaks TLS';
    return new EngineUnreachableError(
      request,
      `no secure connection to ${label}: ${messageOf(error)}; ${advice}`,
      options,
    );
  }
  return new EngineUnreachableError(request, `the connection to ${label} was lost: ${messageOf(error)}`, options);
}

/** A connection that died before it brought a single byte of the answer: a kept-alive one that the other end had closed. */
export function isDeadConnection(error: unknown): boolean {
  const code = codeOf(error);
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET';
}

const TIMEOUTS: Readonly<Record<string, string>> = {
  UND_ERR_CONNECT_TIMEOUT: 'no connection within the time allowed',
  UND_ERR_HEADERS_TIMEOUT: 'no answer within the time allowed',
  UND_ERR_BODY_TIMEOUT: 'the answer stopped half-way for longer than allowed',
  ETIMEDOUT: 'the connection timed out',
};

const UNREACHABLE: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such socket. Is the engine running? Start it, or set DOCKER_HOST',
  ECONNREFUSED: 'nothing listens there. Is the engine running? Start it, or set DOCKER_HOST',
  EACCES:
    'permission denied. Join the group that owns the socket (usually docker), or set DOCKER_HOST to an engine that you may use',
  EPERM:
    'permission denied. Join the group that owns the socket (usually docker), or set DOCKER_HOST to an engine that you may use',
  ENOTSOCK: 'that file is not a socket. Set DOCKER_HOST',
  ENOTDIR: 'there is no such socket. Set DOCKER_HOST',
  ENOTFOUND: 'the host name is unknown. Check DOCKER_HOST',
  EAI_AGAIN: 'the host name could not be looked up. Check DOCKER_HOST',
  EHOSTUNREACH: 'there is no route to that host',
  ENETUNREACH: 'there is no route to that network',
  EMFILE: 'this process has too many files open (ulimit -n)',
};

const NOT_HTTP = new Set(['UND_ERR_HEADERS_OVERFLOW', 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'UND_ERR_RESPONSE']);

function isTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|EPROTO$|ERR_OSSL_|HOSTNAME_MISMATCH$)/.test(
    code,
  );
}

/** The error's own code, or that of the first address tried. */
function codeOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  if ('code' in error && typeof error.code === 'string') return error.code;
  return error instanceof AggregateError ? codeOf(error.errors[0]) : undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** The bytes that the HTTP parser stumbled over. */
function receivedOf(error: unknown): { readonly received?: string } {
  if (typeof error !== 'object' || error === null) return {};
  if ('data' in error && typeof error.data === 'string') return { received: error.data };
  if ('rawPacket' in error && error.rawPacket instanceof Buffer)
    return { received: error.rawPacket.toString('latin1') };
  return {};
}
