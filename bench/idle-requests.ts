import { randomBytes } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { DockerTracker } from '@docker-tracker/tracker';
import { Engine } from '@docker-tracker/engine-client';
import { countedSocket } from './byte-counter.js';
import { machine } from './machine.js';

// Requests that are sent while running jobs are waited on: counted at the socket, not believed. Exit code 1 if there is one.

const JOBS = 50;
const SECONDS = 10;
const IMAGE = process.env.DOCKER_TRACKER_IMAGE ?? 'docker-tracker/busybox:test';

const upstream = (process.env.DOCKER_HOST ?? '/var/run/docker.sock').replace(/^unix:\/\//, '');
const socket = await countedSocket(upstream);
// A name of its own: jobs of a run that was killed are none of these.
const session = `bench-idle-${randomBytes(4).toString('hex')}`;
const tracker = await DockerTracker.open({ session, host: socket.host, network: 'none' });
const template = { jobCategory: IMAGE, remoteCommand: 'sleep', args: ['600'] };
const cancel = new AbortController();
const { signal } = cancel;
// Fifty containers are not to be left behind by Ctrl-C.
for (const name of ['SIGINT', 'SIGTERM'] as const) {
  process.on(name, () => {
    cancel.abort();
  });
}
try {
  for (let started = 0; started < JOBS; started += 10) {
    await Promise.all(Array.from({ length: 10 }, () => tracker.addJob(template, { signal })));
  }
  const waits = tracker.listJobs().map((id) => tracker.wait(id, ['Done', 'Failed'], { signal }));
  for (const wait of waits) wait.catch(() => undefined);
  // What the last start asked for is answered first.
  await pause(2_000, undefined, { signal });
  const before = { ...socket.sent };
  console.log(`to start them: ${String(before.pieces)} requests, ${String(before.connections)} connections`);
  await pause(SECONDS * 1_000, undefined, { signal });
  const pieces = socket.sent.pieces - before.pieces;
  const connections = socket.sent.connections - before.connections;
  console.log(
    `${String(JOBS)} running jobs waited on for ${String(SECONDS)} s: ${String(pieces)} requests, ${String(connections)} new connections`,
  );
  if (pieces + connections > 0) process.exitCode = 1;
} catch (error) {
  if (!signal.aborted) throw error;
  console.error('interrupted');
  process.exitCode = 130;
} finally {
  cancel.abort();
  for (const id of tracker.listJobs()) {
    await tracker.jobControl(id, 'terminate');
    await tracker.deleteJob(id);
  }
  await tracker.close();
  await socket.close();
}
await using engine = await Engine.connect();
console.log(await machine(engine));
