import { EngineCredentialError } from '../errors.js';
import { hostOf } from './registry-of.js';
import type { RegistrySecrets } from './registry-credential.js';

type Fields = Readonly<Record<string, unknown>>;

/** What docker's `config.json` says about registries. */
export interface DockerAuths {
  /** The credential helper in charge of a registry: `credHelpers` before `credsStore`. */
  helper(registry: string): string | undefined;
  /** What `auths` holds for it. */
  secrets(registry: string): RegistrySecrets | undefined;
}

/**
 * Reads the content of a `config.json`.
 *
 * @throws {EngineCredentialError} not a JSON object, or a bad entry; names path and key, quotes nothing of the content.
 */
export function readDockerAuths(content: string, path: string): DockerAuths {
  const config = parse(content, path);
  const auths = fieldsOf(config.auths, `${path}: auths`);
  const helpers = fieldsOf(config.credHelpers, `${path}: credHelpers`);
  return {
    helper: (registry) => {
      const name = ownValue(helpers, registry) ?? config.credsStore;
      if (name === undefined || name === null || name === '') return undefined;
      if (typeof name === 'string') return name;
      throw new EngineCredentialError(`${path}: the credential helper for ${registry} is not a text`);
    },
    secrets: (registry) => {
      const key = keyFor(auths, registry);
      return key === undefined ? undefined : secretsOf(fieldsOf(auths[key], entry(path, key)), entry(path, key));
    },
  };
}

/** The exact key first; a key that is a URL counts by its host. */
function keyFor(auths: Fields, registry: string): string | undefined {
  if (Object.hasOwn(auths, registry)) return registry;
  return Object.keys(auths).find((key) => hostOf(key) === hostOf(registry));
}

function secretsOf(fields: Fields, where: string): RegistrySecrets | undefined {
  const text = (key: string): string | undefined => textOf(fields[key], `${where}.${key}`);
  const auth = text('auth');
  const login =
    auth === undefined ? { username: text('username'), password: text('password') } : decodeLogin(auth, where);
  const secrets = { ...login, identityToken: text('identitytoken'), registryToken: text('registrytoken') };
  // `docker logout`, and helpers, leave entries without any.
  return Object.values(secrets).some((value) => value !== undefined) ? secrets : undefined;
}

/** `username:password` in base64. @source docker/cli configfile decodeAuth */
function decodeLogin(auth: string, where: string): RegistrySecrets {
  const decoded = Buffer.from(auth, 'base64').toString('utf8');
  const colon = decoded.indexOf(':');
  if (colon <= 0) throw new EngineCredentialError(`${where}.auth is not base64 of username:password`);
  return { username: decoded.slice(0, colon), password: decoded.slice(colon + 1).replace(/\0+$/, '') };
}

function parse(content: string, path: string): Fields {
  let value: unknown;
  try {
    value = JSON.parse(content);
  } catch {
    // The parser's own error quotes what it read.
    throw new EngineCredentialError(`${path} is not JSON`);
  }
  return fieldsOf(value, path);
}

function fieldsOf(value: unknown, where: string): Fields {
  if (value === undefined || value === null) return {};
  if (typeof value === 'object' && !Array.isArray(value)) return value as Fields;
  throw new EngineCredentialError(`${where} is not an object`);
}

function textOf(value: unknown, where: string): string | undefined {
  if (value === undefined || value === null || value === '') return undefined;
  if (typeof value === 'string') return value;
  throw new EngineCredentialError(`${where} is not a text`);
}

function ownValue(fields: Fields, key: string): unknown {
  return Object.hasOwn(fields, key) ? fields[key] : undefined;
}

function entry(path: string, key: string): string {
  return `${path}: auths[${JSON.stringify(key)}]`;
}
