import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { EngineCredentialError } from '../errors.js';
import { askHelper } from './credential-helper.js';
import { readDockerAuths } from './docker-auths.js';
import { RegistryCredential } from './registry-credential.js';
import { registryOf } from './registry-of.js';

export interface FindCredentialOptions {
  /** Folder of `config.json`. Default: `DOCKER_CONFIG`, else `~/.docker`. */
  readonly configFolder?: string | undefined;
  /** Where `DOCKER_CONFIG` and PATH are looked up. Default: `process.env`. */
  readonly env?: NodeJS.ProcessEnv | undefined;
  /** Milliseconds that a credential helper may take. Default 30,000. */
  readonly helperTimeoutMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

const HELPER_TIMEOUT_MS = 30_000;

/**
 * The login for an image's registry, as `docker pull` finds it: from the credential helper that docker's configuration
 * names for it (`credHelpers`, else `credsStore`), else from `auths`.
 *
 * @returns undefined: none is configured; the registry is asked anonymously.
 * @throws {EngineCredentialError} `ENGINE_CREDENTIAL`: a configuration that cannot be read, a helper that fails. Names the
 * file or the program, quotes nothing of what they hold.
 * @source docker/cli: cli/config/configfile GetCredentialsStore, cli/config/credentials
 */
export async function findCredential(
  reference: string,
  options: FindCredentialOptions = {},
): Promise<RegistryCredential | undefined> {
  const { env = process.env, helperTimeoutMs: timeoutMs = HELPER_TIMEOUT_MS, signal } = options;
  const configured = env.DOCKER_CONFIG === '' ? undefined : env.DOCKER_CONFIG;
  const path = join(options.configFolder ?? configured ?? join(homedir(), '.docker'), 'config.json');
  const content = await contentOf(path);
  if (content === undefined) return undefined;
  const auths = readDockerAuths(content, path);
  const registry = registryOf(reference);
  const helper = auths.helper(registry);
  const secrets =
    helper === undefined ? auths.secrets(registry) : await askHelper(helper, registry, { env, timeoutMs, signal });
  return secrets && new RegistryCredential(registry, secrets);
}

async function contentOf(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new EngineCredentialError(`${path} cannot be read`, { cause });
  }
}
