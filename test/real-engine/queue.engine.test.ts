import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { JobSnapshot } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { converged, jobWhere, TransitionLog } from './convergence.js';
import { mostAtOnce } from './most-at-once.js';
import { Rig } from './rig.js';
import { SubmittingProcess } from './submitting-process.js';

const ENDS = ['Done', 'Failed'] as const;
const LATER = '2999-01-01T00:00:00Z';

describe('a job that is submitted as held', () => {
  it('waits until it is released, and then runs', async () => {
    await using rig = await Rig.open();
    const log = new TransitionLog(rig.tracker);
    const id = await rig.tracker.addJob(rig.sh('exit 3', { submitAsHold: true, jobName: 'held' }));
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'QueuedHeld', subState: 'held' });
    expect((await rig.inspect(id)).Name).toMatch(/^\/held\.held-/);
    await rig.tracker.jobControl(id, 'release');
    expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ state: 'Failed', exitStatus: 3 });
    expect(log.states(id)).toEqual(expect.arrayContaining(['QueuedHeld', 'Queued', 'Failed']));
    expect(log.breaks()).toEqual([]);
  });

  it('is released by another tracker, also after its own was closed', async () => {
    await using rig = await Rig.open();
    const first = await rig.another();
    const id = await first.addJob(rig.sh('exit 0', { submitAsHold: true }));
    await first.close();
    await rig.tracker.jobControl(id, 'release');
    expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
  });

  it('has all its output in its file, and its end told with rm', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 5', { submitAsHold: true, extensionList: { rm: 'true' } }));
    await rig.tracker.jobControl(id, 'release');
    expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ state: 'Failed', exitStatus: 5 });
  });

  it('is cancelled by terminate and never starts, for every tracker', async () => {
    await using rig = await Rig.open();
    const other = await rig.another();
    const id = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true }));
    await other.jobControl(id, 'terminate');
    for (const tracker of [rig.tracker, other]) {
      await jobWhere(tracker, id, ({ state }) => state === 'Failed');
      expect(await tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'cancelled' });
    }
    expect((await rig.inspect(id)).State.StartedAt).toMatch(/^0001-/);
    await expect(rig.tracker.jobControl(id, 'release')).rejects.toMatchObject({ code: 'InvalidState' });
    await rig.tracker.deleteJob(id);
  });
});

describe('priority', () => {
  it('decides which of the jobs that wait is started first, for every tracker', async () => {
    await using rig = await Rig.open();
    await rig.another();
    // Late enough for all of them to be there.
    const startTime = new Date(Date.now() + 8_000);
    const waiting = (priority: number): Promise<string> =>
      rig.tracker.addArrayJob(rig.sh('exit 0', { priority, startTime }), { begin: 1, end: 12 });
    const low = await waiting(-5);
    const high = await waiting(5);
    const ids = [low, high].map((array) => rig.tracker.listArrayJobs(array));
    const ended = await Promise.all([low, high].map((array) => rig.tracker.waitArray(array)));
    expect(ended.flat().map(({ state }) => state)).toEqual(Array.from({ length: 24 }, () => 'Done'));
    await rig.eventsUpToNow();
    const claims = rig.events.all('rename').filter(({ attributes }) => attributes.name?.includes('.claim-') === true);
    const claimed = [...new Set(claims.map(({ id }) => id))].map((id) =>
      ids[1]?.includes(id) === true ? 'high' : 'low',
    );
    // Each tracker has eight under way at once, so those at the border may overtake one another; who is claimed first may start later.
    expect(claimed.slice(0, 4)).toEqual(Array.from({ length: 4 }, () => 'high'));
    expect(claimed.slice(-4)).toEqual(Array.from({ length: 4 }, () => 'low'));
    const { drmaa2_priority } = (await rig.inspect(ids[0]?.[0] ?? '')).Config.Labels;
    expect(drmaa2_priority).toBe('-5');
  });
});

describe('a job with a start time', () => {
  it('is queued until then', async () => {
    await using rig = await Rig.open();
    const startTime = new Date(Date.now() + 1500);
    const id = await rig.tracker.addJob(rig.sh('exit 0', { startTime }));
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Queued', subState: 'waiting-start-time' });
    await rig.tracker.wait(id, ['Done']);
    expect(Date.parse((await rig.inspect(id)).State.StartedAt)).toBeGreaterThanOrEqual(startTime.getTime());
  });

  it('is started by the tracker that is open then', async () => {
    await using rig = await Rig.open();
    const first = await rig.another({ session: `${rig.session}-later` });
    const id = await first.addJob(rig.sh('exit 0', { startTime: new Date(Date.now() + 1000) }));
    await first.close();
    const second = await rig.another({ session: `${rig.session}-later` });
    expect(await second.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
  });

  it('is held, released and refused in between as its state says', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('exit 0', { startTime: LATER }));
    await expect(rig.tracker.jobControl(id, 'release')).rejects.toMatchObject({ code: 'InvalidState' });
    await rig.tracker.jobControl(id, 'hold');
    expect(rig.tracker.snapshot().get(id)?.state).toBe('QueuedHeld');
    await expect(rig.tracker.jobControl(id, 'hold')).rejects.toMatchObject({ code: 'InvalidState' });
    await rig.tracker.jobControl(id, 'release');
    expect(rig.tracker.snapshot().get(id)?.state).toBe('Queued');
    await rig.tracker.jobControl(id, 'terminate');
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'cancelled' });
  });
});

describe('an array with maxParallel', () => {
  it('runs as many tasks at once and never more, each once, also with three trackers that dispatch', async () => {
    await using rig = await Rig.open();
    const others = [await rig.another(), await rig.another()];
    const [count, maxParallel] = [12, 3];
    const arrayId = await rig.tracker.addArrayJob(rig.template(['sleep', '600']), {
      begin: 1,
      end: count,
      maxParallel,
    });
    const ids = rig.tracker.listArrayJobs(arrayId);
    // None ends before three run, and then one at a time, whichever has run longest.
    for (let ended = 0; ended < count; ended += 1) {
      await rig.events.seen({ action: 'start', count: Math.min(ended + maxParallel, count) });
      const { id } = await rig.events.seen({ action: 'start', count: ended + 1 });
      await rig.engine.containers.kill(id, { signal: 'SIGKILL' });
    }
    for (const tracker of [rig.tracker, ...others]) {
      for (const id of ids) expect(await tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 137 });
    }
    await rig.eventsUpToNow();
    expect(mostAtOnce(rig, ids)).toBe(maxParallel);
    expect(ids.map((id) => rig.events.of(id, 'start').length)).toEqual(ids.map(() => 1));
    await converged(rig.tracker, rig.engine, ids);
  });

  it('goes on with another tracker when the first one is closed', async () => {
    await using rig = await Rig.open();
    const session = `${rig.session}-array`;
    const first = await rig.another({ session });
    const range = { begin: 1, end: 6, maxParallel: 2 };
    const ids = first.listArrayJobs(await first.addArrayJob(rig.sh('sleep 0.3; exit 0'), range));
    await first.wait(ids[0] ?? '', ENDS);
    await first.close();
    const second = await rig.another({ session });
    for (const id of ids) expect(await second.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
    await rig.eventsUpToNow();
    expect(mostAtOnce(rig, ids)).toBeLessThanOrEqual(2);
    expect(second.arrays()).toMatchObject([{ arrayJobId: JSON.stringify(ids) }]);
  });

  it('is there as a whole or not at all', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('exit 0', { outputPath: '/no/such/folder/out-$DRMAA2_INDEX$' });
    const failure = rig.tracker.addArrayJob(template, { begin: 1, end: 20, maxParallel: 2 });
    await expect(failure).rejects.toThrow(/task \d+ of the array/);
    expect(await rig.containers()).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
  });
});

describe('a process that is killed in the middle of an array', () => {
  it('leaves one that goes on when the session is opened again: each task runs and ends once, the held ones when they are released, with all their output', async () => {
    await using rig = await Rig.open();
    const session = rig.owns('killed');
    const folder = await rig.folder();
    const outputPath = join(folder, 'out-$DRMAA2_INDEX$');
    const template = rig.sh('echo begin $TASK_ID; seq 5000; sleep 1; echo end $TASK_ID', { outputPath });
    await using process = await SubmittingProcess.start(session, template, { begin: 1, end: 10, maxParallel: 2 });
    const ids = JSON.parse(process.id) as string[];
    const held = ids.slice(-3);
    // Two tasks run, others have ended, others wait.
    await rig.events.seen({ action: 'start', count: 4 });
    await process.kill();
    const tracker = await rig.another({ session });
    const log = new TransitionLog(tracker);
    for (const id of ids.slice(0, -3)) expect(await tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
    for (const id of held) expect(tracker.snapshot().get(id)?.state).toBe('QueuedHeld');
    expect(held.map((id) => rig.events.of(id, 'start').length)).toEqual([0, 0, 0]);
    await Promise.all(held.map((id) => tracker.jobControl(id, 'release')));
    for (const id of held) expect(await tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
    await rig.eventsUpToNow();
    const once = ids.map(() => 1);
    expect(ids.map((id) => rig.events.of(id, 'start').length)).toEqual(once);
    expect(ids.map((id) => rig.events.of(id, 'die').length)).toEqual(once);
    for (const id of ids) expect(log.endings(id).length).toBeLessThanOrEqual(1);
    expect(log.breaks()).toEqual([]);
    expect(mostAtOnce(rig, ids)).toBeLessThanOrEqual(2);
    const numbers = Array.from({ length: 5000 }, (_, place) => String(place + 1)).join('\n');
    for (const [index] of ids.entries()) {
      const task = String(index + 1);
      const expected = `begin ${task}\n${numbers}\nend ${task}\n`;
      expect((await readFile(join(folder, `out-${task}`), 'utf8')) === expected, `output of task ${task}`).toBe(true);
    }
    // A claim that was cut short is a leftover, judged after a minute.
  }, 240_000);
});

describe('two trackers that race', () => {
  it('hold against release: both see the same, and no held job starts', async () => {
    await using rig = await Rig.open();
    const other = await rig.another();
    const done: string[] = [];
    for (let round = 0; round < 20; round += 1) {
      const id = await rig.tracker.addJob(rig.sh('exit 0', { submitAsHold: true }));
      await jobWhere(other, id, ({ state }) => state === 'QueuedHeld');
      const results = await Promise.allSettled([
        rig.tracker.jobControl(id, 'release').then(() => other.jobControl(id, 'hold')),
        other.jobControl(id, round % 2 === 0 ? 'terminate' : 'release'),
      ]);
      for (const result of results) {
        if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(Drmaa2Error);
      }
      const rest = ({ state, subState }: JobSnapshot): boolean => state !== 'Running' && subState !== 'starting';
      await Promise.all([jobWhere(rig.tracker, id, rest), jobWhere(other, id, rest)]);
      await rig.tracker.jobInfo(id);
      await other.jobInfo(id);
      await atRest(rig, id);
      for (const tracker of [rig.tracker, other]) await converged(tracker, rig.engine, [...done, id]);
      done.push(id);
      const mine = await rig.tracker.jobState(id);
      const starts = rig.events.of(id, 'start').length;
      expect(starts).toBe(mine.state === 'Done' || mine.subState === 'signal:SIGKILL' ? 1 : 0);
    }
  });
});

/** Resolves when the engine says that the job is not on its way any more. */
async function atRest(rig: Rig, id: string): Promise<void> {
  for (;;) {
    const renames = rig.events.of(id, 'rename').length;
    const { State, Name } = await rig.inspect(id);
    if (State.Status !== 'created') {
      await rig.events.seen({ action: 'die', id });
      return;
    }
    if (!/\.(?:queued|claim)-/.test(Name)) return;
    // It starts, or goes another step; a claim that came too late is taken back.
    const next = [
      rig.events.seen({ action: 'start', id }),
      rig.events.seen({ action: 'rename', id, count: renames + 1 }),
    ];
    for (const one of next) one.catch(() => undefined);
    await Promise.race(next);
  }
}
