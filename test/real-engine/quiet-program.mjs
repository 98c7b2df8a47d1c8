// Run as a process of its own: it has to end by itself, without a word.
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { DockerTracker } from '@docker-tracker/tracker';

const [host, session, outputPath] = process.argv.slice(2);
const handlers = () => process.eventNames().map((name) => [name, process.listenerCount(name)]);
const before = handlers();

const tracker = await DockerTracker.open({ host, session, network: 'none' });
tracker.jobs$.subscribe();
tracker.changes$.subscribe();
const template = { jobCategory: 'docker-tracker/busybox:test', remoteCommand: 'sh' };

const job = await tracker.run({ ...template, args: ['-c', 'echo done'], outputPath });
assert.equal((await job.ended).state, 'Done');
assert.equal(await readFile(outputPath, 'utf8'), 'done\n');
await tracker.deleteJob(job.id);

// What is refused, and what nobody listens to any more when the tracker is closed.
await assert.rejects(tracker.addJob({ ...template, remoteCommand: '/no/such/command' }), { code: 'InvalidArgument' });
await assert.rejects(tracker.addJob({ ...template, jobCategory: 'no-such-image:ever' }), { code: 'InvalidArgument' });
const sleeper = await tracker.run({ ...template, args: ['-c', 'sleep 600'], outputPath: `${outputPath}.2` });
const again = await tracker.run({ ...template, args: ['-c', 'exit 1'], extensionList: { restart: 'always' } });
await tracker.jobControl(sleeper.id, 'suspend');
await assert.rejects(tracker.wait(sleeper.id, ['Done'], { timeoutMs: 1 }), { code: 'Timeout' });
await assert.rejects(tracker.wait(sleeper.id, ['Done'], { signal: AbortSignal.abort(new Error('enough')) }), /enough/);
const late = tracker.wait(sleeper.id, ['Done'], { timeoutMs: 600_000 });
await Promise.all([assert.rejects(late, { code: 'InvalidSession' }), tracker.close()]);
await assert.rejects(again.ended, { code: 'InvalidSession' });

assert.deepEqual(handlers(), before);
