import { join } from 'node:path';
import { checkout, checkoutName, privateFolder, shortHash } from './checkout.mjs';

/**
 * Where one private engine of this checkout lives.
 *
 * @typedef {object} EnginePlace
 * @property {string} name
 * @property {string} lockName
 * @property {string} runFolder sockets and runtime state; short, since containerd refuses long socket paths
 * @property {string} dataFolder images, containers and the log
 * @property {string} socketPath
 * @property {string} host the same, as DOCKER_HOST wants it
 * @property {string} pidFile
 * @property {string} logFile
 * @property {string} cgroup
 * @property {string} bridgeName at most 15 characters
 */

export const mainEngine = 'main';

/**
 * @param {string} name
 * @returns {EnginePlace}
 */
export function enginePlace(name) {
  if (!/^[a-z][a-z0-9-]{0,23}$/.test(name)) {
    throw new TypeError(`an engine's name is up to 24 of a-z, 0-9 and -, not ${JSON.stringify(name)}`);
  }
  const suffix = name === mainEngine ? undefined : name;
  const runFolder = `/run/${checkoutName(suffix)}`;
  const dataFolder = join(privateFolder, 'engines', name);
  const socketPath = `${runFolder}/docker.sock`;
  return {
    name,
    lockName: `engine-${name}`,
    runFolder,
    dataFolder,
    socketPath,
    host: `unix://${socketPath}`,
    pidFile: `${runFolder}/docker.pid`,
    logFile: join(dataFolder, 'dockerd.log'),
    cgroup: `/${checkoutName(suffix)}`,
    bridgeName: `dt-${shortHash(`${checkout} ${name}`)}`,
  };
}
