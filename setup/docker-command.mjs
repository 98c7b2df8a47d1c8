import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { engineEnvironment } from './engine-environment.mjs';

/**
 * Runs the `docker` command out of the private engine's own packages; resolves with what it printed.
 *
 * @param {string} host
 * @param {string[]} commandLine
 */
export async function docker(host, ...commandLine) {
  const env = { ...(await engineEnvironment()), DOCKER_HOST: host };
  const { stdout } = await promisify(execFile)('docker', commandLine, { env });
  return stdout.trim();
}
