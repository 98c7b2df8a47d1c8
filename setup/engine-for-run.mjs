import { engineVersion } from './engine-http.mjs';
import { enginePlace, mainEngine } from './engine-place.mjs';
import { findEngine } from './find-engine.mjs';
import { privateEngineSupport, startPrivateEngine } from './private-engine.mjs';
import { Refusal } from './refusal.mjs';
import { ensureTestImage } from './test-image.mjs';

/**
 * @typedef {object} EngineForRun
 * @property {string} host
 * @property {Record<string, string | undefined>} environment for the commands that use it
 * @property {'private' | 'adopted'} kind whose it is: this checkout's, or the user's
 * @property {string} version
 * @property {string} api the highest API version that it speaks
 * @property {() => Promise<void>} release
 */

/**
 * An engine with the test image for `npm start` and `npm test`: the user's if one answers, else this
 * checkout's private one.
 *
 * @param {{ say: (line: string) => void, signal: AbortSignal }} options
 * @returns {Promise<EngineForRun>}
 */
export async function engineForRun({ say, signal }) {
  const found = await findEngine();
  const { host, kind, release } =
    'host' in found && found.host !== enginePlace(mainEngine).host
      ? { host: found.host, kind: /** @type {const} */ ('adopted'), release: async () => {} }
      : await privateEngine(found, { say, signal });
  try {
    await ensureTestImage(host, say);
    const { engine, api } = await engineVersion(host);
    return { host, environment: environmentFor(host, kind), kind, release, version: engine, api };
  } catch (error) {
    await release();
    throw error;
  }
}

/**
 * @param {{ host: string } | { absence: string }} found
 * @param {{ say: (line: string) => void, signal: AbortSignal }} options
 */
async function privateEngine(found, { say, signal }) {
  const impossible = privateEngineSupport();
  if (impossible !== null && 'absence' in found) {
    throw new Refusal(`${found.absence} and ${impossible}: start Docker and set DOCKER_HOST, or run as root on Debian`);
  }
  const { host, release } = await startPrivateEngine({ say, signal });
  return { host, release, kind: /** @type {const} */ ('private') };
}

/**
 * @param {string} host
 * @param {'private' | 'adopted'} kind
 */
function environmentFor(host, kind) {
  const named = { DOCKER_HOST: host, DOCKER_TRACKER_ENGINE: kind };
  if (kind === 'adopted') return named;
  // Settings that were made for another engine.
  const foreign = ['DOCKER_CONTEXT', 'DOCKER_TLS_VERIFY', 'DOCKER_CERT_PATH', 'DOCKER_API_VERSION'];
  return { ...named, ...Object.fromEntries(foreign.map((key) => [key, undefined])) };
}
