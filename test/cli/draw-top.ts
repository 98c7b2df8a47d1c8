import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { Engine } from '@docker-tracker/engine-client';
import { DockerTracker, type JobTemplate } from '@docker-tracker/tracker';
import { screenPicture } from './screen-picture.js';
import { Terminal } from './terminal.js';

// `npm run docs:top`: `docker-tracker top` over some 40 real jobs, as docs/top.svg.

const IMAGE = 'docker-tracker/busybox:test';
const SESSION = 'nightly';
const PICTURE = fileURLToPath(new URL('../../../docs/top.svg', import.meta.url)); // from test/dist/cli

await using engine = await Engine.connect();
await using tracker = await DockerTracker.open({ session: SESSION, engine, network: 'none' });
try {
  await submitAll();
  await using terminal = new Terminal(['top'], { session: SESSION, columns: 108, rows: 44 });
  await terminal.shows(/40 jobs {2}4 Queued {2}3 QueuedHeld {2}12 Running {2}2 Suspended/);
  terminal.type('jjj');
  await terminal.shows(/q quit/);
  // The times of what had ended are asked for after the first drawing.
  await terminal.shows(/import\[6\] +Done +0 +\d/);
  await writeFile(PICTURE, screenPicture(terminal.emulator));
  terminal.type('q');
  await terminal.end;
} finally {
  const rows = await engine.containers.list({ all: true, filters: { label: [`drmaa2_jobsession=${SESSION}`] } });
  for (const { Id } of rows) await engine.containers.remove(Id, { force: true, v: true });
}

async function submitAll(): Promise<void> {
  const sh = (jobName: string, script: string, more: Partial<JobTemplate> = {}): JobTemplate => {
    return { jobCategory: IMAGE, remoteCommand: 'sh', args: ['-c', script], jobName, ...more };
  };
  const ended = [
    ...['lint', 'unit-tests', 'type-check', 'licences', 'changelog', 'docs-links'].map((name) => sh(name, 'exit 0')),
    ...[1, 2, 3, 64, 127].map((code) => sh(`probe-${String(code)}`, `exit ${String(code)}`)),
    sh('leaky', 'tail /dev/zero', { extensionList: { memory: '8m' } }),
    sh('slow', 'sleep 600', { resourceLimits: { WALLCLOCK_TIME: '1' } }),
  ];
  for (const template of ended) await tracker.wait(await tracker.addJob(template), ['Done', 'Failed']);
  await tracker.waitArray(await tracker.addArrayJob(sh('import', 'exit $((TASK_ID % 3))'), { begin: 1, end: 6 }));
  for (const name of ['compile-amd64', 'compile-arm64', 'integration', 'browser-tests', 'fuzz', 'übersetzen'])
    await tracker.addJob(sh(name, 'sleep 600'));
  const paused = [
    await tracker.addJob(sh('benchmark', 'sleep 600', { extensionList: { suspend: 'pause' } })),
    await tracker.addJob(sh('indexer', 'sleep 600')),
  ];
  for (const id of paused) await tracker.jobControl(id, 'suspend');
  for (const name of ['deploy', 'announce', 'tag-release'])
    await tracker.addJob(sh(name, 'true', { submitAsHold: true }));
  const tasks = await tracker.addArrayJob(sh('render', 'sleep 600'), { begin: 1, end: 10, maxParallel: 6 });
  await Promise.all(
    tracker
      .listArrayJobs(tasks)
      .slice(0, 6)
      .map((id) => tracker.wait(id, ['Running'])),
  );
}
