import { pingEngine } from './engine-http.mjs';
import { Refusal } from './refusal.mjs';

const usualHost = 'unix:///var/run/docker.sock';

/**
 * The Docker Engine that the user already has: the one DOCKER_HOST names, which must answer then, or
 * the one at the usual socket.
 *
 * @returns {Promise<{ host: string } | { absence: string }>} or why there is none, in a few words
 */
export async function findEngine() {
  const named = process.env['DOCKER_HOST'];
  if (named !== undefined && named !== '') {
    if (!/^unix:\/\/\/|^tcp:\/\/[^/]/.test(named)) {
      throw new Refusal(`DOCKER_HOST is ${named}: set it to unix:///PATH or tcp://NAME:PORT, or unset it`);
    }
    const answer = await pingEngine(named);
    if ('apiVersion' in answer) return { host: named };
    throw new Refusal(
      `DOCKER_HOST is ${named}, but no Docker Engine answers there (${reason(answer.error)}): start it, or unset DOCKER_HOST`,
    );
  }
  const answer = await pingEngine(usualHost);
  if ('apiVersion' in answer) return { host: usualHost };
  return { absence: `no Docker Engine answers at ${usualHost} (${reason(answer.error)})` };
}

/** @param {NodeJS.ErrnoException} error */
function reason(error) {
  if (error.code === 'ENOENT') return 'no such socket';
  if (error.code === 'EACCES') return 'permission denied';
  if (error.code === 'ECONNREFUSED') return 'connection refused';
  if (error.name === 'TimeoutError') return 'no answer in 5 s';
  return error.message;
}
