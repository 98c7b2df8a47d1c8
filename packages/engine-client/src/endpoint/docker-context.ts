import { createHash } from 'node:crypto';
import { EngineConfigurationError } from '../errors.js';
import { TlsMaterial } from './endpoint.js';
import { readTls, type FileReader } from './tls.js';

/** What a Docker context says about its engine. */
interface ContextEndpoint {
  readonly host: string;
  readonly tls?: TlsMaterial;
}

/** `currentContext` of the Docker configuration, if there is one. */
export function currentContext(configFolder: string, join: PathJoin, readFile: FileReader): string | undefined {
  const path = join(configFolder, 'config.json');
  const content = readFile(path);
  if (content === undefined) return undefined;
  const config = parse(content, path);
  return textField(config, 'currentContext');
}

/**
 * Reads `contexts/meta/<sha256 of the name>/meta.json` and its TLS files.
 *
 * @throws {EngineConfigurationError} no such context, or it names no Docker host.
 * @source docker/cli: cli/context/store/metadatastore.go, tlsstore.go
 */
export function readContext(name: string, configFolder: string, join: PathJoin, readFile: FileReader): ContextEndpoint {
  const digest = createHash('sha256').update(name).digest('hex');
  const path = join(configFolder, 'contexts', 'meta', digest, 'meta.json');
  const content = readFile(path);
  if (content === undefined) {
    throw new EngineConfigurationError(`there is no Docker context ${JSON.stringify(name)} (looked for ${path})`);
  }
  const docker = objectField(objectField(parse(content, path), 'Endpoints'), 'docker');
  const host = textField(docker, 'Host');
  if (host === undefined) {
    throw new EngineConfigurationError(`the Docker context ${JSON.stringify(name)} names no host (${path})`);
  }
  const verify = docker?.SkipTLSVerify !== true;
  const tls = readTls(join(configFolder, 'contexts', 'tls', digest, 'docker'), join, readFile);
  return tls === undefined && verify ? { host } : { host, tls: new TlsMaterial(tls ?? {}, verify) };
}

/** `path.join` of the platform that the configuration is for. */
export type PathJoin = (...parts: string[]) => string;

type Fields = Readonly<Record<string, unknown>>;

function parse(content: Buffer, path: string): Fields | undefined {
  try {
    return asFields(JSON.parse(content.toString('utf8')));
  } catch {
    // The parser's own error quotes what it read, and config.json holds logins.
    throw new EngineConfigurationError(`${path} is not JSON`);
  }
}

function objectField(fields: Fields | undefined, key: string): Fields | undefined {
  return asFields(fields?.[key]);
}

function textField(fields: Fields | undefined, key: string): string | undefined {
  const value = fields?.[key];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function asFields(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null ? (value as Fields) : undefined;
}
