import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Drmaa2Error, DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { rejection, Rig, sleeping, template, turnsUntil } from './rig.js';

describe('an engine that is not there', () => {
  it('F42: a socket that does not exist is a typed error that says so', async () => {
    const host = 'unix:///tmp/docker-tracker-no-such-engine.sock';
    const error = await rejection(DockerTracker.open({ session: 's', host }));
    expect(error).toBeInstanceOf(Drmaa2Error);
    expect(error).toMatchObject({ code: 'DrmCommunication', cause: { code: 'ENGINE_UNREACHABLE' } });
    expect(error.message).toContain(host);
  });

  it('F42: so is a socket that nobody serves any more', async () => {
    const fake = await FakeEngine.start();
    const { host } = fake;
    await fake.stop();
    const error = await rejection(DockerTracker.open({ session: 's', host }));
    expect(error).toMatchObject({ code: 'DrmCommunication', cause: { code: 'ENGINE_UNREACHABLE' } });
    await fake.close();
  });

  it.each([
    ['closes at once', ''],
    ['speaks another language', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['is a web server', 'HTTP/1.1 404 Not Found\r\ncontent-length: 13\r\n\r\n<html></html>'],
  ])('F42: so is a server that %s', async (_title, words) => {
    const folder = await mkdtemp(join(tmpdir(), 'no-engine-'));
    const path = join(folder, 'other.sock');
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(words));
    });
    await new Promise<void>((resolve) => server.listen(path, resolve));
    const error = await rejection(DockerTracker.open({ session: 's', host: `unix://${path}` }));
    expect(error).toBeInstanceOf(Drmaa2Error);
    expect(error).toMatchObject({ code: 'DrmCommunication', cause: { code: expect.stringMatching(/^ENGINE_/) } });
    server.close();
    await rm(folder, { recursive: true });
  });
});

describe('jobs that cannot start', () => {
  it.each([
    ['a command that is not there', template(['no-such-command']), 127],
    ['a command that may not be run', template(['/etc/passwd']), 126],
  ])('F43: %s leaves no container', async (_title, job, exitCode) => {
    await using rig = await Rig.open();
    const error = await rejection(rig.tracker.addJob(job));
    expect(error).toMatchObject({ code: 'InvalidArgument', cause: { code: 'ENGINE_HTTP' } });
    expect(error.message).toMatch(exitCode === 127 ? /not found/ : /permission denied/);
    await expectNothingLeft(rig);
  });

  it.each([
    [
      'a device that is missing',
      500,
      'error gathering device information while adding custom device "/dev/nope": no such file or directory',
    ],
    ['a port that is taken', 500, 'Bind for 0.0.0.0:8080 failed: port is already allocated'],
    ['a full disk', 500, 'failed to create task: no space left on device'],
  ] as const)('F43: %s leaves no container, and the engine has the word', async (_title, status, message) => {
    await using rig = await Rig.open();
    const start = rig.fake.hold('POST /containers/*/start', { when: 'arrived' });
    const failing = rejection(rig.tracker.addJob(sleeping()));
    const { route } = await start.first;
    rig.fake.jobs.failNextStart(route.split('/')[2] ?? '', { status, message });
    start.release();
    expect((await failing).message).toContain(message);
    await expectNothingLeft(rig);
  });

  it('F43: neither does a task of an array take the others with it into limbo', async () => {
    await using rig = await Rig.open();
    rig.fake.fail('POST /containers/*/start', { status: 500, message: 'no', times: 1 });
    const ids = rig.tracker.listArrayJobs(await rig.tracker.addArrayJob(sleeping(), { begin: 1, end: 5 }));
    const states = await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Running', 'Failed'])));
    expect(states.map(({ state }) => state).sort()).toEqual(['Failed', 'Running', 'Running', 'Running', 'Running']);
  });

  it('F43: an image that is missing says how to get it', async () => {
    await using rig = await Rig.open();
    const error = await rejection(rig.tracker.addJob({ ...sleeping(), jobCategory: 'no-such:1' }));
    expect(error.message).toMatch(/no such image: no-such:1.*not pulled automatically.*docker pull no-such:1/);
    await expectNothingLeft(rig);
  });

  it.each(
    ['GET /images/**', 'POST /containers/create', 'POST /containers/*/start'].flatMap((step) => [
      [step, 'arrived'] as const,
      [step, 'answered'] as const,
    ]),
  )('F43: a submission that is aborted when %s has %s leaves no container', async (step, when) => {
    await using rig = await Rig.open();
    const stop = new AbortController();
    const held = rig.fake.hold(step, { when });
    const failing = rejection(rig.tracker.addJob(sleeping(), { signal: stop.signal }));
    await held.first;
    const reason = new Error(`aborted at ${step}`);
    stop.abort(reason);
    held.release();
    expect(await failing).toBe(reason);
    await expectNothingLeft(rig);
  });

  it.each([undefined, 'taken'])(
    'F43: nor one that the engine creates only after the abort (name: %s)',
    async (jobName) => {
      await using rig = await Rig.open();
      if (jobName !== undefined) await rig.fake.jobs.create({ Image: 'busybox:latest', Cmd: ['true'], name: jobName });
      const stop = new AbortController();
      const held = rig.fake.hold(({ method, query }) => method === 'POST' && query.get('name') !== 'taken', {
        when: 'arrived',
      });
      const failing = rejection(
        rig.tracker.addJob(sleeping(jobName === undefined ? {} : { jobName }), { signal: stop.signal }),
      );
      await held.first;
      stop.abort(new Error('enough'));
      expect((await failing).message).toBe('enough');
      const removed = rig.fake.nextEvent(({ action }) => action === 'destroy');
      held.release();
      await removed;
      if (jobName !== undefined) await rig.fake.jobs.forget(jobName);
      await expectNothingLeft(rig);
    },
  );
});

async function expectNothingLeft(rig: Rig): Promise<void> {
  await turnsUntil(() => rig.tracker.listJobs().length === 0);
  expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
}
