import { decodeSystemVersion } from './decode/system.js';
import { EngineConfigurationError, EngineHttpError, EngineProtocolError } from './errors.js';
import { readAtMost } from './transport/body.js';
import type { Transport } from './transport/transport.js';
import type { EnginePing, SystemVersion } from './wire/system.js';

/** Lowest API version that this client speaks (engine 20.10). */
export const MIN_API_VERSION = '1.41';

/** Highest API version that this client speaks (engine 29.0); newer engines are spoken to at this one. */
export const MAX_API_VERSION = '1.52';

/**
 * Checks a version that a user asked for; a leading `v` is allowed.
 *
 * @throws {EngineConfigurationError} not `1.N`, or outside our range.
 */
export function checkApiVersion(wanted: string, from: string): string {
  const version = wanted.replace(/^v/, '');
  if (!/^1\.\d{1,3}$/.test(version)) {
    throw new EngineConfigurationError(`${from} is ${JSON.stringify(wanted)}, expected a version like "1.44"`);
  }
  if (minor(version) < minor(MIN_API_VERSION) || minor(version) > minor(MAX_API_VERSION)) {
    throw new EngineConfigurationError(
      `${from} asks for API version ${version}, this client speaks ${MIN_API_VERSION} to ${MAX_API_VERSION}`,
    );
  }
  return version;
}

/** What `/_ping` tells. By GET: undici gives up the connection after a HEAD. */
export async function ping(transport: Transport, signal: AbortSignal | undefined): Promise<EnginePing> {
  const answer = await transport.send({ method: 'GET', path: '/_ping', versioned: false, signal });
  try {
    // the body says `OK`; another server's page is cut, which gives up its connection
    await readAtMost(answer.body, PING_LIMIT);
  } catch (error) {
    throw answer.failure(error);
  } finally {
    answer.finish();
  }
  const { headers } = answer;
  const apiVersion = headerText(headers['api-version']);
  const osType = headerText(headers.ostype);
  const server = headerText(headers.server);
  return {
    ...(apiVersion !== undefined && { apiVersion }),
    ...(osType !== undefined && { osType }),
    ...(server !== undefined && { server }),
    experimental: headers['docker-experimental'] === 'true',
  };
}

const PING_LIMIT = 4096;

/**
 * Asks the engine which versions it speaks and chooses the highest common one, or checks the one asked for.
 *
 * @throws {EngineConfigurationError} no common version; names both sides.
 * @throws {EngineProtocolError} what answers is not an engine.
 * @source moby: client/ping.go; the engine's minimum stands in `/version` alone
 */
export async function negotiateVersion(
  transport: Transport,
  pinned: string | undefined,
  signal: AbortSignal | undefined,
): Promise<string> {
  const label = transport.endpoint.label;
  let highest: string | undefined;
  try {
    const { apiVersion } = await ping(transport, signal);
    highest = apiVersion === undefined ? undefined : checked(apiVersion, transport);
  } catch (error) {
    if (!(error instanceof EngineHttpError) || error.status >= 500) throw error;
    throw notAnEngine(transport, error);
  }
  // without a header the version page tells; beyond our range, and for a wish, the minimum matters as well
  const told =
    highest !== undefined && minor(highest) <= minor(MAX_API_VERSION) && pinned === undefined
      ? { highest, lowest: '' }
      : undefined;
  const range = told ?? (await rangeOf(transport, signal));
  return choose(range.highest, range.lowest, pinned, label);
}

function choose(highest: string, lowest: string, pinned: string | undefined, label: string): string {
  const engine = lowest === '' ? `up to ${highest}` : `${lowest} to ${highest}`;
  if (pinned !== undefined) {
    if (minor(pinned) > minor(highest) || (lowest !== '' && minor(pinned) < minor(lowest))) {
      throw new EngineConfigurationError(
        `API version ${pinned} was asked for, the engine at ${label} speaks ${engine}`,
      );
    }
    return pinned;
  }
  const ours = `this client speaks ${MIN_API_VERSION} to ${MAX_API_VERSION}`;
  if (minor(highest) < minor(MIN_API_VERSION)) {
    throw new EngineConfigurationError(`the engine at ${label} is too old: it speaks API ${engine}, ${ours}`);
  }
  if (lowest !== '' && minor(lowest) > minor(MAX_API_VERSION)) {
    throw new EngineConfigurationError(`the engine at ${label} is too new: it speaks API ${engine}, ${ours}`);
  }
  return minor(highest) < minor(MAX_API_VERSION) ? highest : MAX_API_VERSION;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

async function rangeOf(
  transport: Transport,
  signal: AbortSignal | undefined,
): Promise<{ readonly highest: string; readonly lowest: string }> {
  let version: SystemVersion;
  try {
    version = await transport.json({ method: 'GET', path: '/version', versioned: false, signal }, decodeSystemVersion);
  } catch (error) {
    if (error instanceof EngineProtocolError || (error instanceof EngineHttpError && error.status < 500)) {
      throw notAnEngine(transport, error);
    }
    throw error;
  }
  return { highest: checked(version.ApiVersion, transport), lowest: version.MinAPIVersion };
}

function checked(version: string, transport: Transport): string {
  if (/^\d+\.\d+$/.test(version)) return version;
  throw notAnEngine(transport, new Error(`ApiVersion is ${JSON.stringify(version)}`));
}

function notAnEngine(transport: Transport, cause: unknown): EngineProtocolError {
  const what = `what answers at ${transport.endpoint.label} is not a Docker Engine`;
  return new EngineProtocolError({ method: 'GET', path: '/_ping' }, what, { cause });
}

/** `1.41` as 1041, so that versions compare as numbers. */
function minor(version: string): number {
  const [major = '0', rest = '0'] = version.split('.');
  return Number(major) * 1000 + Number(rest);
}
