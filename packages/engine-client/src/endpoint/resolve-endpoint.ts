import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { EngineConfigurationError } from '../errors.js';
import { currentContext, readContext, type PathJoin } from './docker-context.js';
import { TlsMaterial, type Endpoint, type TlsOptions } from './endpoint.js';
import { parseHost, type Host } from './host.js';
import { readTls, type FileReader } from './tls.js';

/** What a user may say besides the environment. */
export interface EndpointOptions {
  readonly host?: string | undefined;
  readonly context?: string | undefined;
  readonly tls?: TlsOptions | undefined;
}

/** The machine, for tests. */
export interface Surroundings {
  /** Default `process.platform`. */
  readonly platform?: NodeJS.Platform;
  /** Default: the user's home. */
  readonly home?: string;
  /** Default: from the disk. */
  readonly readFile?: FileReader;
}

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Where the engine is, by the rules of the `docker` command: `options.context`, else `options.host`, else
 * `DOCKER_HOST`, else `DOCKER_CONTEXT`, else `currentContext` of the configuration, else the platform's default.
 * An empty variable counts as absent. TLS: `options.tls`, or the context's files, or `DOCKER_CERT_PATH`, or with
 * `DOCKER_TLS_VERIFY` (any text) the configuration folder. Certificates are always verified unless a context says not to.
 *
 * @throws {EngineConfigurationError} with one line of what is wrong.
 */
export function resolveEndpoint(
  environment: Environment,
  options: EndpointOptions = {},
  surroundings: Surroundings = {},
): Endpoint {
  const platform = surroundings.platform ?? process.platform;
  const readFile = surroundings.readFile ?? readFromDisk;
  const path = platform === 'win32' ? win32 : posix;
  const join: PathJoin = (...parts) => path.join(...parts);
  const said = settingsOf(environment);
  const folder = said.configFolder ?? join(surroundings.home ?? homedir(), '.docker');
  const context = contextOf(said, options, () => currentContext(folder, join, readFile));
  if (context !== undefined) {
    const found = readContext(context, folder, join, readFile);
    const host = parseHost(found.host, `the Docker context ${JSON.stringify(context)}`, platform);
    return endpointOf(host, options.tls === undefined ? found.tls : new TlsMaterial(options.tls));
  }
  const [value, from] = hostOf(said, options, platform);
  const host = parseHost(value, from, platform);
  if (options.tls !== undefined) return endpointOf(host, new TlsMaterial(options.tls));
  return endpointOf(
    host,
    tlsOf(said, host, () => readTls(said.certPath ?? folder, join, readFile)),
  );
}

interface Settings {
  readonly host: string | undefined;
  readonly context: string | undefined;
  readonly configFolder: string | undefined;
  readonly certPath: string | undefined;
  readonly tlsVerify: string | undefined;
}

function settingsOf(environment: Environment): Settings {
  const filled = (value: string | undefined): string | undefined => (value === '' ? undefined : value);
  return {
    host: filled(environment.DOCKER_HOST),
    context: filled(environment.DOCKER_CONTEXT),
    configFolder: filled(environment.DOCKER_CONFIG),
    certPath: filled(environment.DOCKER_CERT_PATH),
    tlsVerify: filled(environment.DOCKER_TLS_VERIFY),
  };
}

/** `undefined`: the host rules. So does the context `default`, which no file describes. */
function contextOf(said: Settings, options: EndpointOptions, current: () => string | undefined): string | undefined {
  if (options.context !== undefined && options.host !== undefined) {
    throw new EngineConfigurationError('host and context were both given; give one of them');
  }
  const hostGiven = options.host !== undefined || said.host !== undefined;
  const named = options.context ?? (hostGiven ? undefined : (said.context ?? current()));
  return named === 'default' || named === '' ? undefined : named;
}

function hostOf(said: Settings, options: EndpointOptions, platform: NodeJS.Platform): readonly [string, string] {
  if (options.host !== undefined) return [options.host, 'host'];
  if (said.host !== undefined) return [said.host, 'DOCKER_HOST'];
  return [platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock', 'the default host'];
}

function tlsOf(said: Settings, host: Host, read: () => TlsOptions | undefined): TlsMaterial | undefined {
  const wanted = said.certPath !== undefined || said.tlsVerify !== undefined;
  if (host.kind === 'socket' || host.scheme === 'http' || !wanted) return undefined;
  const material = read();
  if (material === undefined && said.certPath !== undefined) {
    throw new EngineConfigurationError(
      `DOCKER_CERT_PATH is ${said.certPath}, which holds no ca.pem and no cert.pem with key.pem`,
    );
  }
  return new TlsMaterial(material ?? {});
}

function endpointOf(host: Host, tls: TlsMaterial | undefined): Endpoint {
  if (host.kind === 'socket') {
    return { label: host.label, origin: 'http://localhost', socketPath: host.socketPath, basePath: '' };
  }
  const { scheme, url } = host;
  const secure = scheme === 'https' || (scheme === 'tcp' && tls !== undefined);
  if (scheme === 'http' && tls !== undefined) {
    throw new EngineConfigurationError('http:// and TLS were both asked for; use tcp:// or https://');
  }
  const defaultPort = scheme === 'tcp' ? (secure ? '2376' : '2375') : secure ? '443' : '80';
  const port = host.port || defaultPort;
  const basePath = url.pathname.replace(/\/+$/, '');
  const endpoint = {
    label: `${scheme}://${url.hostname}:${port}${basePath}`,
    origin: `${secure ? 'https' : 'http'}://${url.hostname}:${port}`,
    basePath,
  };
  return secure ? { ...endpoint, tls: tls ?? new TlsMaterial({}) } : endpoint;
}

function readFromDisk(path: string): Buffer | undefined {
  try {
    return readFileSync(path);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
    throw new EngineConfigurationError(`${path} cannot be read`, { cause });
  }
}
