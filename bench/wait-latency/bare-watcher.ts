import { Client } from 'undici';
import { nowMs, serve, tell } from './watcher.js';

// The least that can be done: undici on the socket, a `die` searched for in the bytes of `/events`.

const socketPath = (process.env['DOCKER_HOST'] ?? '/var/run/docker.sock').replace(/^unix:\/\//, '');
const client = new Client('http://localhost', { socketPath, bodyTimeout: 0, headersTimeout: 0 });
const filters = encodeURIComponent(JSON.stringify({ type: ['container'], event: ['die'] }));
const { body } = await client.request({ method: 'GET', path: `/events?filters=${filters}` });

body.on('data', (chunk: Buffer) => {
  const atMs = nowMs();
  for (const line of chunk.toString().split('\n')) {
    const id = /"ID":"([0-9a-f]{64})"/.exec(line)?.[1];
    const nano = /"timeNano":(\d+)/.exec(line)?.[1];
    if (id && nano) tell({ kind: 'died', id, atMs, dieMs: Number(BigInt(nano) / 1000n) / 1000 });
  }
});
serve(() => undefined);
