import { EngineConfigurationError } from '../errors.js';
import type { TlsOptions } from './endpoint.js';
import type { PathJoin } from './docker-context.js';

/** The content of a file, or `undefined` when there is none. */
export type FileReader = (path: string) => Buffer | undefined;

/**
 * `ca.pem`, `cert.pem` and `key.pem` of a folder; `undefined` when it has none of them.
 *
 * @throws {EngineConfigurationError} one of `cert.pem` and `key.pem` without the other.
 */
export function readTls(folder: string, join: PathJoin, readFile: FileReader): TlsOptions | undefined {
  const ca = readFile(join(folder, 'ca.pem'));
  const cert = readFile(join(folder, 'cert.pem'));
  const key = readFile(join(folder, 'key.pem'));
  if ((cert === undefined) !== (key === undefined)) {
    const missing = cert === undefined ? 'cert.pem' : 'key.pem';
    throw new EngineConfigurationError(`there is no ${missing} in ${folder}`);
  }
  if (ca === undefined && cert === undefined) return undefined;
  return { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}
