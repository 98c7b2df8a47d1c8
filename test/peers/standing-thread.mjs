import { parentPort, workerData } from 'node:worker_threads';
import { DockerTracker } from '@docker-tracker/tracker';

/**
 * A program of its own thread with a tracker in it. One of its subscribers stops the whole thread, as a long computation
 * would, when the first job ends; the main thread wakes it.
 */
const { host, session, gate } = workerData;
const awake = new Int32Array(gate);
const tracker = await DockerTracker.open({ session, host });
tracker.freshness$.subscribe((freshness) => {
  parentPort.postMessage({ kind: 'freshness', freshness });
});
let blocked = false;
tracker.transitions$.subscribe(({ jobId, to, job }) => {
  if (to === 'Suspended') parentPort.postMessage({ kind: 'suspended', id: jobId });
  if (to !== 'Done' && to !== 'Failed') return;
  parentPort.postMessage({ kind: 'ended', id: jobId, exitStatus: job.exitStatus });
  if (blocked) return;
  blocked = true;
  Atomics.wait(awake, 0, 0, 120_000);
});
parentPort.once('message', () => {
  void tracker.close().then(() => {
    parentPort.close();
  });
});
parentPort.postMessage({ kind: 'open' });
