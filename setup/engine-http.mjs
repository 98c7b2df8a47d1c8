import { readFileSync } from 'node:fs';
import { request as httpRequest } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { join } from 'node:path';

/**
 * One call to a Docker Engine with node's own modules: the set-up runs before anything is installed.
 *
 * @param {string} host as in DOCKER_HOST: `unix:///path` or `tcp://name:port`
 * @param {string} method
 * @param {string} path
 * @param {{ body?: Buffer, contentType?: string, timeoutMs?: number }} [options]
 * @returns {Promise<{ status: number, headers: import('node:http').IncomingHttpHeaders, body: string }>}
 */
export function callEngine(host, method, path, { body, contentType, timeoutMs = 30_000 } = {}) {
  const { send, ...target } = engineTarget(host);
  return new Promise((resolve, reject) => {
    const request = send({
      ...target,
      method,
      path,
      headers: {
        Host: 'docker',
        ...(body === undefined ? {} : { 'Content-Type': contentType, 'Content-Length': body.length }),
      },
      // No connection may outlive the call: it would hold up the engine's end, and ours.
      agent: false,
      signal: AbortSignal.timeout(timeoutMs),
    });
    request.once('error', reject);
    request.once('response', (response) => {
      /** @type {Buffer[]} */
      const chunks = [];
      response.on('data', (/** @type {Buffer} */ chunk) => chunks.push(chunk));
      response.once('error', reject);
      response.once('end', () => {
        resolve({
          status: response.statusCode ?? 0,
          headers: response.headers,
          body: Buffer.concat(chunks).toString(),
        });
      });
    });
    request.end(body);
  });
}

/**
 * @param {string} host
 * @returns {import('node:https').RequestOptions & { send: typeof httpRequest }}
 */
function engineTarget(host) {
  if (host.startsWith('unix://')) {
    return { send: httpRequest, socketPath: host.slice('unix://'.length) };
  }
  const { hostname, port, protocol } = new URL(host);
  if (protocol !== 'tcp:') throw new Error(`not unix:// or tcp://: ${host}`);
  if (!process.env['DOCKER_TLS_VERIFY']) {
    return { send: httpRequest, hostname, port: port || 2375 };
  }
  const certificates = process.env['DOCKER_CERT_PATH'] ?? join(process.env['HOME'] ?? '', '.docker');
  return {
    send: httpsRequest,
    hostname,
    port: port || 2376,
    ca: readFileSync(join(certificates, 'ca.pem')),
    cert: readFileSync(join(certificates, 'cert.pem')),
    key: readFileSync(join(certificates, 'key.pem')),
  };
}

/**
 * Whether an engine answers, and its highest API version.
 *
 * @param {string} host
 * @param {number} [timeoutMs]
 * @returns {Promise<{ apiVersion: string } | { error: Error }>}
 */
export async function pingEngine(host, timeoutMs = 5000) {
  try {
    const { status, headers } = await callEngine(host, 'GET', '/_ping', { timeoutMs });
    const apiVersion = headers['api-version'];
    if (status === 200 && typeof apiVersion === 'string') return { apiVersion };
    return { error: new Error(`it answers ${status} and is no Docker Engine`) };
  } catch (error) {
    return { error: /** @type {Error} */ (error) };
  }
}

/**
 * @param {string} host
 * @returns {Promise<{ engine: string, api: string, arch: string }>}
 */
export async function engineVersion(host) {
  const { body } = await callEngine(host, 'GET', '/version');
  const version = JSON.parse(body);
  // Debian adds a suffix of its own: 20.10.24+dfsg1.
  return { engine: version.Version.split('+')[0], api: version.ApiVersion, arch: version.Arch };
}

/**
 * Removing them by force is quick, where dockerd would give each one its time to stop.
 *
 * @param {string} host
 */
export async function removeContainers(host) {
  try {
    const { body } = await callEngine(host, 'GET', '/containers/json?all=1');
    const removals = JSON.parse(body).map((/** @type {{ Id: string }} */ { Id }) =>
      callEngine(host, 'DELETE', `/containers/${Id}?force=1&v=1`),
    );
    await Promise.allSettled(removals);
  } catch {
    // What could not be removed is stopped by the engine, or killed as a leftover.
  }
}
