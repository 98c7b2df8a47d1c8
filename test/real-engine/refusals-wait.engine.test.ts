import { JobWaitError, type JobState } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, Rig } from './rig.js';

describe('a wait', () => {
  it('for no states, or for words that are none, is refused with those that are', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    for (const states of [[], ['running'], undefined] as unknown as (readonly JobState[])[]) {
      await expect(rig.tracker.wait(id, states)).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringMatching(
          /^states is .*; accepted: a list of at least one of Undetermined, Queued/,
        ) as string,
      });
    }
  });

  it('on an unknown id is refused, with or without a timeout', async () => {
    await using rig = await Rig.open();
    const id = '0'.repeat(64);
    for (const timeoutMs of [undefined, 0, 10]) {
      await expect(rig.tracker.wait(id, ['Done'], { timeoutMs })).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: `no job "${id}" in session "${rig.session}"; a job's id is the full id of a container with that session's label, see listJobs()`,
      });
    }
  });

  it.each([-1, Number.NaN, '5'])('with the timeout %j is refused', async (timeoutMs) => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await expect(rig.tracker.wait(id, ['Done'], { timeoutMs: timeoutMs as number })).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('accepted: milliseconds from 0; 0 looks once') as string,
    });
  });

  it('with timeout 0 looks once', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    expect(await rig.tracker.wait(id, ['Running'], { timeoutMs: 0 })).toMatchObject({ id, state: 'Running' });
    const refused = rig.tracker.wait(id, ['Done', 'Failed'], { timeoutMs: 0 });
    await expect(refused).rejects.toBeInstanceOf(JobWaitError);
    await expect(refused).rejects.toMatchObject({
      code: 'Timeout',
      message: `job ${id} did not become Done or Failed within 0 ms; it is Running`,
      job: { id, state: 'Running' },
    });
  });

  it('that times out tells the job as it is then', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await expect(rig.tracker.wait(id, ['Suspended'], { timeoutMs: 20 })).rejects.toMatchObject({
      code: 'Timeout',
      job: { id, state: 'Running' },
    });
  });

  it.each<[number, readonly JobState[], string]>([
    [0, ['Failed'], 'is Done and cannot become Failed any more'],
    [3, ['Done'], 'is Failed and cannot become Done any more'],
    [3, ['Running', 'Suspended'], 'is Failed and cannot become Running or Suspended any more'],
  ])('on a job that ends with %i for %j rejects at once with the job', async (code, states, words) => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh(`exit ${String(code)}`));
    const before = states.includes('Running') ? undefined : rig.tracker.wait(id, states);
    before?.catch(() => undefined);
    await rig.tracker.wait(id, ['Done', 'Failed']);
    const refusal = { code: 'InvalidState', message: `job ${id} ${words}`, job: { id, exitStatus: code } };
    if (before) await expect(before).rejects.toMatchObject(refusal);
    await expect(rig.tracker.wait(id, states)).rejects.toMatchObject(refusal);
    await expect(rig.tracker.wait(id, states, { timeoutMs: 60_000 })).rejects.toMatchObject(refusal);
  });

  it('F41: on a job that somebody removes settles at once', async () => {
    await using rig = await Rig.open();
    const id = await rig.create();
    const waiting = rig.tracker.wait(id, ['Running']);
    waiting.catch(() => undefined);
    await rig.tracker.jobState(id);
    await rig.engine.containers.remove(id);
    await expect(waiting).rejects.toMatchObject({ code: 'InvalidState', job: { id, removed: true } });
  });
});

describe('a call that is aborted', () => {
  const reason = new Error('given up');

  it.each([
    ['before it begins', undefined, {}, undefined],
    ['while the image is looked at', /^GET \/images\//, {}, undefined],
    ['while the container is created', 'POST /containers/create', {}, 'create'],
    ['while its output is attached', 'POST /containers/*/attach', { outputPath: '/dev/null' }, 'create'],
    ['while the wait for an rm job is armed', 'POST /containers/*/wait', { extensionList: { rm: 'true' } }, 'create'],
    ['while it is started', 'POST /containers/*/start', {}, 'start'],
    ['while the news of its start is waited for', 'GET /events', {}, 'start'],
  ] as const)('addJob %s leaves no container', async (_when, stage, more, event) => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const abort = new AbortController();
    const hold = stage === undefined ? undefined : proxy.hold(stage);
    if (!hold) abort.abort(reason);
    if (stage === 'GET /events') proxy.cutEvents();
    const submission = rig.tracker.addJob(rig.template(['sleep', '600'], more), { signal: abort.signal });
    submission.catch(() => undefined);
    await hold?.first;
    if (event) await rig.events.seen({ action: event });
    abort.abort(reason);
    await expect(submission).rejects.toBe(reason);
    expect(await rig.containers()).toEqual([]);
    hold?.release();
    expect(rig.tracker.listJobs()).toEqual([]);
    // and the tracker goes on
    const id = await rig.tracker.addJob(rig.template(['true']));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
  });

  it('addArrayJob takes along the tasks that were there', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const abort = new AbortController();
    const submission = rig.tracker.addArrayJob(
      rig.template(['sleep', '600']),
      { begin: 1, end: 50 },
      { signal: abort.signal },
    );
    submission.catch(() => undefined);
    await rig.events.seen({ action: 'create', count: 3 });
    abort.abort(reason);
    await expect(submission).rejects.toBe(reason);
    expect(await rig.containers()).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
  });

  it('wait, output, jobControl, jobInfo and deleteJob leave the job as it is', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
    const id = await rig.sleeper();
    const ended = await rig.tracker.addJob(rig.template(['false']));
    await rig.tracker.wait(ended, ['Failed']);
    const abort = new AbortController();
    const { signal } = abort;
    const holds = ['POST /containers/*/kill', 'DELETE /containers/*', 'GET /images/json'].map((it) => proxy.hold(it));
    const calls = [
      rig.tracker.wait(id, ['Done'], { signal }),
      rig.tracker.wait(id, ['Done'], { signal, timeoutMs: 600_000 }),
      rig.tracker.output(id, { follow: true, signal })[Symbol.asyncIterator]().next(),
      rig.tracker.jobControl(id, 'suspend', { signal }),
      rig.tracker.deleteJob(ended, { signal }),
      rig.tracker.listJobCategories({ signal }),
    ];
    const settled = Promise.allSettled(calls);
    await Promise.all(holds.map(({ first }) => first));
    abort.abort(reason);
    expect(await settled).toEqual(calls.map(() => ({ status: 'rejected', reason })));
    for (const hold of holds) hold.release();
    // the engine did what it had been asked for, and the view follows
    expect(await rig.tracker.wait(id, ['Suspended'])).toMatchObject({ subState: 'stopped' });
    await rig.tracker.jobControl(id, 'terminate');
  });
});
