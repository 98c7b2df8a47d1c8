import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { privateFolder } from './checkout.mjs';
import { debianPackages } from './debian-packages.mjs';
import { Refusal } from './refusal.mjs';
import { waitUntil } from './leftovers.mjs';

export const registryLogin = { username: 'ali', password: 'open sesame' };

/** bcrypt of the password; the registry takes no other kind. */
const passwordFile = `${registryLogin.username}:$2y$05$abcdefghijklmnopqrstuupx2xBUC4954936wVIjyyPHmUBFu0wCW\n`;

/**
 * Starts a registry from Debian's package, with nothing installed. Engines speak to 127.0.0.0/8 without TLS.
 *
 * @type {typeof import('./private-registry.d.mts').startPrivateRegistry}
 */
export async function startPrivateRegistry({ login = false, say = () => {} } = {}) {
  const packages = await debianPackages('registry', say);
  await mkdir(privateFolder, { recursive: true });
  const folder = await mkdtemp(join(privateFolder, 'registry-'));
  const host = `127.0.0.1:${await freePort()}`;
  await writeFile(join(folder, 'htpasswd'), passwordFile);
  await writeFile(join(folder, 'config.yml'), configuration(folder, host, login));
  const child = spawn(join(packages, 'usr/bin/docker-registry'), ['serve', join(folder, 'config.yml')], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += String(chunk)));
  const ended = new Promise((resolve) => {
    child.once('close', resolve);
    child.once('error', resolve);
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const release = async () => {
    process.off('exit', killWithUs);
    child.kill('SIGKILL');
    await ended;
    await rm(folder, { recursive: true, force: true });
  };
  const answers = await waitUntil(() => child.exitCode !== null || isAnswering(host), 20_000);
  if (!answers || child.exitCode !== null) {
    await release();
    throw new Refusal(`the registry of Debian's docker-registry does not start: ${output.trim().split('\n').at(-1)}`);
  }
  return { host, log: () => output, release, [Symbol.asyncDispose]: release };
}

/**
 * @param {string} folder
 * @param {string} host
 * @param {boolean} login
 */
function configuration(folder, host, login) {
  const auth = login ? `auth: { htpasswd: { realm: test, path: ${JSON.stringify(join(folder, 'htpasswd'))} } }\n` : '';
  const storage = JSON.stringify(join(folder, 'images'));
  return `version: 0.1
log: { level: info, accesslog: { disabled: false } }
storage: { filesystem: { rootdirectory: ${storage} } }
http: { addr: "${host}" }
${auth}`;
}

/** @param {string} host */
async function isAnswering(host) {
  // With a login it answers 401, which is an answer too.
  return fetch(`http://${host}/v2/`).then(
    () => true,
    () => false,
  );
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === 'object' && address !== null) resolve(address.port);
        else reject(new Error('no port'));
      });
    });
  });
}
