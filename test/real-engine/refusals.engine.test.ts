import type { ContainerCreateBody } from '@docker-tracker/engine-client';
import { DockerTracker, type JobControlAction, type JobTemplate } from '@docker-tracker/tracker';
import { lastValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { converged, jobWhere } from './convergence.js';
import { Rig } from './rig.js';

describe('a submission', () => {
  it('of an image that is not there is refused, and says how to get it', async () => {
    await using rig = await Rig.open();
    const template = { ...rig.template(['true']), jobCategory: 'no-such-image:ever' };
    await expect(rig.tracker.addJob(template)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(
        /^no such image: no-such-image:ever\. Images are not pulled automatically: get it with `docker pull no-such-image:ever` or ask for it with the extension pull=missing, see listJobCategories\(\) for those that are there\. The engine says: .*no such image/i,
      ) as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it.each<[Partial<JobTemplate>, string]>([
    [{ remoteCommand: '' }, 'remoteCommand is ""; accepted: the command to run; for the image'],
    [{ jobCategory: '' }, 'jobCategory is ""; accepted: the reference of an installed image'],
    [{ extensionList: { restart: 'sometimes' } }, 'extension restart is "sometimes"; accepted: no, always, unless'],
    [{ extensionList: { rm: 'true', ttl: '5' } }, 'extension rm excludes extension ttl'],
    [{ extensionList: { rm: 'true', restart: 'always' } }, 'extension rm excludes extension restart=always'],
    [{ candidateMachines: ['a'], extensionList: { uts: 'host' } }, 'excludes extension uts=host'],
    [{ jobEnvironment: { 'a=b': 'c' } }, 'jobEnvironment'],
    [{ workingDirectory: 'relative' }, 'workingDirectory is "relative"; accepted: an absolute path'],
    [{ stageInFiles: { '/a': 'relative' } }, 'stageInFiles["/a"] is "relative"; accepted: an absolute path'],
  ])('with %j is refused before anything is asked of the engine', async (wrong, words) => {
    await using rig = await Rig.open();
    await expect(rig.tracker.addJob({ ...rig.template(['true']), ...wrong })).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(words) as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it('of two jobs with one name runs both, the second under a name with a suffix', async () => {
    await using rig = await Rig.open();
    const jobName = `twin.${rig.session}`;
    const [first, second] = [await rig.sleeper({ jobName }), await rig.sleeper({ jobName })];
    const jobs = [first, second].map((id) => rig.tracker.snapshot().get(id));
    expect(jobs).toMatchObject([
      { state: 'Running', jobName, containerName: `twin-${rig.session}` },
      { state: 'Running', jobName },
    ]);
    expect(jobs[1]?.containerName).toMatch(new RegExp(`^twin-${rig.session}-[0-9a-f]{16}$`));
  });

  it('with the name of a foreign container leaves that one alone', async () => {
    await using rig = await Rig.open();
    const name = `taken-${rig.session}`;
    const foreign = await rig.createForeign({}, name);
    const before = await rig.inspect(foreign);
    const id = await rig.sleeper({ jobName: name });
    expect(rig.tracker.snapshot().get(id)?.containerName).toMatch(new RegExp(`^${name}-[0-9a-f]{16}$`));
    expect(await rig.inspect(foreign)).toEqual(before);
  });
});

describe('control in a wrong state', () => {
  const ACTIONS: readonly JobControlAction[] = ['suspend', 'resume', 'terminate', 'hold', 'release'];
  const [S, U] = ['InvalidState', 'UnsupportedOperation'];
  const dispatched: Partial<ContainerCreateBody> = { Labels: { drmaa2_dispatch: 'x' } };

  type Case = {
    readonly now: string;
    /** For suspend, resume, terminate, hold and release; '' where it is legal. */
    readonly codes: readonly string[];
    readonly make: (rig: Rig) => Promise<string>;
  };
  const CASES: readonly Case[] = [
    { now: 'Running', codes: ['', S, '', U, U], make: (rig) => rig.sleeper() },
    { now: 'Suspended (stopped)', codes: [S, '', '', U, U], make: (rig) => suspended(rig, 'signal') },
    { now: 'Suspended (paused)', codes: [S, '', '', U, U], make: (rig) => suspended(rig, 'pause') },
    { now: 'Queued (starting)', codes: [S, S, '', S, S], make: (rig) => rig.create(dispatched) },
    { now: 'Queued (restarting)', codes: [S, S, '', S, S], make: restarting },
    { now: 'Undetermined (created)', codes: [S, S, '', S, S], make: (rig) => rig.create() },
    { now: 'Done', codes: [S, S, S, S, S], make: (rig) => ended(rig, 0) },
    { now: 'Failed', codes: [S, S, S, S, S], make: (rig) => ended(rig, 4) },
    { now: 'Failed (removed)', codes: [S, S, S, S, S], make: removed },
  ];

  it.each(CASES)('is refused for a job that is $now', async ({ now, codes, make }) => {
    await using rig = await Rig.open();
    const id = await make(rig);
    for (const [index, action] of ACTIONS.entries()) {
      const code = codes[index];
      if (code === '') continue;
      const { state } = await rig.tracker.jobState(id);
      const words =
        code === U ? `is ${state}: Docker cannot ${action} a job that has started` : `is ${now}: ${action} is for `;
      await expect(rig.tracker.jobControl(id, action), action).rejects.toMatchObject({
        code,
        message: expect.stringContaining(`job ${id} ${words}`) as string,
      });
    }
    const legal = codes.includes('') ? 'InvalidState' : undefined;
    if (legal) await expect(rig.tracker.deleteJob(id)).rejects.toMatchObject({ code: legal });
    else await rig.tracker.deleteJob(id);
  });

  it.each(CASES.filter(({ codes }) => codes[2] === ''))('terminate ends a job that is $now', async ({ make }) => {
    await using rig = await Rig.open();
    const id = await make(rig);
    await rig.tracker.jobControl(id, 'terminate');
    const job = rig.tracker.snapshot().get(id);
    // a stranger's container that never ran is removed
    expect(job?.state ?? 'removed').toMatch(/^(?:Failed|removed)$/);
  });

  it('or with an action that is none is refused with those that are', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await expect(rig.tracker.jobControl(id, 'kill' as JobControlAction)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: 'action is "kill"; accepted: suspend, resume, terminate, hold, release',
    });
  });

  it('is judged by the engine where the view is behind it', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    const kill = rig.engine.containers.kill(id);
    const controls = await Promise.allSettled(ACTIONS.map((action) => rig.tracker.jobControl(id, action)));
    await kill;
    await rig.tracker.wait(id, ['Failed']);
    const codes = controls.flatMap((control) =>
      control.status === 'rejected' ? [(control.reason as { code?: string }).code] : [],
    );
    expect(codes.length).toBeGreaterThan(1);
    for (const code of codes) expect(['InvalidState', 'UnsupportedOperation']).toContain(code);
    await converged(rig.tracker, rig.engine, [id]);
  });
});

describe('a tracker that was closed', () => {
  it('refuses every method with InvalidSession, and completes its observables', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const id = await rig.sleeper();
    const completed: string[] = [];
    for (const name of ['jobs$', 'changes$', 'transitions$', 'freshness$', 'fileFailures$'] as const) {
      (tracker[name] as typeof tracker.freshness$).subscribe({ complete: () => completed.push(name) });
    }
    await tracker.close();
    await tracker.close();
    expect(completed.sort()).toEqual(['changes$', 'fileFailures$', 'freshness$', 'jobs$', 'transitions$']);
    const calls: Readonly<Record<string, () => unknown>> = {
      snapshot: () => tracker.snapshot(),
      job$: () => lastValueFrom(tracker.job$(id)),
      usage$: () => lastValueFrom(tracker.usage$(id)),
      addJob: () => tracker.addJob(rig.template(['true'])),
      run: () => tracker.run(rig.template(['true'])),
      addArrayJob: () => tracker.addArrayJob(rig.template(['true']), { begin: 1, end: 2 }),
      listJobs: () => tracker.listJobs(),
      listArrayJobs: () => tracker.listArrayJobs('["a"]'),
      arrays: () => tracker.arrays(),
      arrayJob$: () => lastValueFrom(tracker.arrayJob$(JSON.stringify([id]))),
      jobControlArray: () => tracker.jobControlArray(JSON.stringify([id]), 'terminate'),
      waitArray: () => tracker.waitArray(JSON.stringify([id])),
      jobState: () => tracker.jobState(id),
      jobInfo: () => tracker.jobInfo(id),
      jobTemplate: () => tracker.jobTemplate(id),
      jobControl: () => tracker.jobControl(id, 'terminate'),
      wait: () => tracker.wait(id, ['Running']),
      output: () => tracker.output(id)[Symbol.asyncIterator]().next(),
      deleteJob: () => tracker.deleteJob(id),
      reapAll: () => tracker.reapAll(),
      listJobCategories: () => tracker.listJobCategories(),
    };
    const prototypes = [DockerTracker.prototype, Object.getPrototypeOf(DockerTracker.prototype) as object];
    const properties = prototypes.flatMap((each) => Object.entries(Object.getOwnPropertyDescriptors(each)));
    const methods = properties.filter(([name, { value }]) => typeof value === 'function' && name !== 'constructor');
    expect(Object.keys(calls).sort()).toEqual(
      methods
        .map(([name]) => name)
        .filter((name) => name !== 'close')
        .sort(),
    );
    for (const [name, call] of Object.entries(calls)) {
      await expect((async () => call())(), name).rejects.toMatchObject({
        code: 'InvalidSession',
        message: `the tracker of session "${rig.session}" is closed; open another one`,
      });
    }
    expect((await rig.inspect(id)).State.Running).toBe(true);
  });

  it('ends what was under way', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    const waiting = rig.tracker.wait(id, ['Done']);
    const following = rig.tracker.output(id, { follow: true })[Symbol.asyncIterator]().next();
    const results = Promise.allSettled([waiting, following]);
    await rig.tracker.close();
    for (const result of await results) {
      expect(result).toMatchObject({ status: 'rejected', reason: { code: 'InvalidSession' } });
    }
  });
});

async function suspended(rig: Rig, suspend: string): Promise<string> {
  const id = await rig.sleeper({ extensionList: { suspend } });
  await rig.tracker.jobControl(id, 'suspend');
  return id;
}

async function restarting(rig: Rig): Promise<string> {
  const id = await rig.tracker.addJob(rig.sh('exit 1', { extensionList: { restart: 'always' } }));
  // the back-off doubles: the sixth lasts 3.2 s
  await rig.events.seen({ action: 'die', id, count: 6 });
  await jobWhere(rig.tracker, id, ({ subState }) => subState === 'restarting');
  return id;
}

async function ended(rig: Rig, code: number): Promise<string> {
  const id = await rig.tracker.addJob(rig.sh(`exit ${String(code)}`));
  await rig.tracker.wait(id, ['Done', 'Failed']);
  return id;
}

async function removed(rig: Rig): Promise<string> {
  const id = await ended(rig, 4);
  const gone = new Promise<void>((resolve) => rig.tracker.job$(id).subscribe({ complete: resolve }));
  await rig.engine.containers.remove(id);
  await gone;
  return id;
}
