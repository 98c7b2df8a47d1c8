import { setTimeout as pause } from 'node:timers/promises';
import { DockerTracker } from '@docker-tracker/tracker';
import { Engine } from '@docker-tracker/engine-client';
import { countedSocket } from './byte-counter.js';
import { machine } from './machine.js';

// Requests that are sent while running jobs are waited on: counted at the socket, not believed. Exit code 1 if there is one.

const JOBS = 50;
const SECONDS = 10;
const IMAGE = process.env['DOCKER_TRACKER_IMAGE'] ?? 'docker-tracker/busybox:test';

const upstream = (process.env['DOCKER_HOST'] ?? '/var/run/docker.sock').replace(/^unix:\/\//, '');
const socket = await countedSocket(upstream);
const tracker = await DockerTracker.open({ session: 'bench-idle', host: socket.host, network: 'none' });
const template = { jobCategory: IMAGE, remoteCommand: 'sleep', args: ['600'] };
const cancel = new AbortController();
try {
  for (let started = 0; started < JOBS; started += 10) {
    await Promise.all(Array.from({ length: 10 }, () => tracker.addJob(template)));
  }
  const waits = tracker.listJobs().map((id) => tracker.wait(id, ['Done', 'Failed'], { signal: cancel.signal }));
  for (const wait of waits) wait.catch(() => undefined);
  // What the last start asked for is answered first.
  await pause(2_000);
  const before = { ...socket.sent };
  await pause(SECONDS * 1_000);
  const pieces = socket.sent.pieces - before.pieces;
  const connections = socket.sent.connections - before.connections;
  console.log(
    `${String(JOBS)} running jobs waited on for ${String(SECONDS)} s: ${String(pieces)} requests, ${String(connections)} new connections`,
  );
  if (pieces + connections > 0) process.exitCode = 1;
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
