import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { posix, win32 } from 'node:path';
import { EngineConfigurationError } from '../errors.js';
import { currentContext, readContext, type ContextEndpoint } from './docker-context.js';
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
  const join = platform === 'win32' ? win32.join : posix.join;
  const configFolder = (): string => environment['DOCKER_CONFIG'] || join(surroundings.home ?? homedir(), '.docker');
  const context = contextOf(environment, options, (folder) => currentContext(folder, join, readFile), configFolder);
  if (context !== undefined) {
    const found = readContext(context, configFolder(), join, readFile);
    return endpointOf(
      parseHost(found.host, `the Docker context ${JSON.stringify(context)}`, platform),
      withOwn(found, options),
    );
  }
  const [value, from] = hostOf(environment, options, platform);
  const host = parseHost(value, from, platform);
  if (options.tls !== undefined) return endpointOf(host, new TlsMaterial(options.tls));
  return endpointOf(
    host,
    tlsOf(
      environment,
      host,
      () => configFolder(),
      (folder) => readTls(folder, join, readFile),
    ),
  );
}

function contextOf(
  environment: Environment,
  options: EndpointOptions,
  current: (configFolder: string) => string | undefined,
  configFolder: () => string,
): string | undefined {
  if (options.context !== undefined && options.host !== undefined) {
    throw new EngineConfigurationError('host and context were both given; give one of them');
  }
  const named =
    options.context ??
    (options.host !== undefined || environment['DOCKER_HOST']
      ? undefined
      : environment['DOCKER_CONTEXT'] || current(configFolder()));
  return named === 'default' || named === '' ? undefined : named;
}

function hostOf(environment: Environment, options: EndpointOptions, platform: NodeJS.Platform): [string, string] {
  if (options.host !== undefined) return [options.host, 'host'];
  if (environment['DOCKER_HOST']) return [environment['DOCKER_HOST'], 'DOCKER_HOST'];
  return [platform === 'win32' ? 'npipe:////./pipe/docker_engine' : 'unix:///var/run/docker.sock', 'the default host'];
}

function withOwn(found: ContextEndpoint, options: EndpointOptions): TlsMaterial | undefined {
  return options.tls === undefined ? found.tls : new TlsMaterial(options.tls);
}

function tlsOf(
  environment: Environment,
  host: Host,
  configFolder: () => string,
  read: (folder: string) => TlsOptions | undefined,
): TlsMaterial | undefined {
  const certPath = environment['DOCKER_CERT_PATH'];
  const verify = Boolean(environment['DOCKER_TLS_VERIFY']);
  if (host.kind === 'socket' || host.scheme === 'http' || (!certPath && !verify)) return undefined;
  const material = read(certPath || configFolder());
  if (material === undefined && certPath) {
    throw new EngineConfigurationError(
      `DOCKER_CERT_PATH is ${certPath}, which holds no ca.pem and no cert.pem with key.pem`,
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
