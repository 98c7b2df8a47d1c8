import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { jobWhere } from './convergence.js';
import { said } from './onlooker.js';
import { endsOnSignal, Rig } from './rig.js';

const ENDS = ['Done', 'Failed'] as const;

describe('an array of which one task cannot be made', () => {
  it('is not there at all, names that task, and can be submitted once the reason is gone', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const count = 12;
    const folderOf = (task: number): string => join(folder, String(task));
    for (let task = 1; task <= count; task += 1) if (task !== 7) await mkdir(folderOf(task));
    const template = rig.sh('echo $TASK_ID', { outputPath: `${folder}/$DRMAA2_INDEX$/out` });
    const range = { begin: 1, end: count, maxParallel: 3 };
    await expect(rig.tracker.addArrayJob(template, range)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(/^task 7 of the array: outputPath/) as string,
    });
    expect(await rig.containers()).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
    expect(rig.tracker.arrays()).toEqual([]);
    await mkdir(folderOf(7));
    const arrayId = await rig.tracker.addArrayJob(template, range);
    const tasks = await rig.tracker.waitArray(arrayId);
    expect(tasks.map(({ exitStatus }) => exitStatus)).toEqual(tasks.map(() => 0));
    for (let task = 1; task <= count; task += 1) expect(await readdir(folderOf(task))).toEqual(['out']);
  });
});

describe('a task that keeps its slot', () => {
  it.each(['signal', 'pause'] as const)(
    'is one that is suspended by %s: the next task starts after its end',
    async (suspend) => {
      await using rig = await Rig.open({ suspend });
      const arrayId = await rig.tracker.addArrayJob(rig.sh(endsOnSignal(0)), { begin: 1, end: 2, maxParallel: 1 });
      const [first = '', second = ''] = rig.tracker.listArrayJobs(arrayId);
      await rig.tracker.wait(first, ['Running']);
      await said(rig.tracker, first, 'ready');
      await rig.tracker.jobControl(first, 'suspend');
      // Another job is submitted, started and ended in the meantime, and another tracker has looked at it all.
      const other = await rig.another();
      await rig.tracker.wait(await rig.tracker.addJob(rig.template(['true'])), ENDS);
      for (const tracker of [rig.tracker, other]) {
        expect(await tracker.jobState(first)).toMatchObject({ state: 'Suspended' });
        expect(await tracker.jobState(second)).toEqual({ state: 'Queued', subState: 'waiting-slot' });
      }
      await rig.tracker.jobControl(first, 'resume');
      await rig.engine.containers.kill(first, { signal: 'SIGUSR1' });
      await rig.tracker.wait(first, ENDS);
      await rig.tracker.wait(second, ['Running']);
      await rig.eventsUpToNow();
      expect(startedAfterEnd(rig, first, second)).toBe(true);
      await rig.tracker.jobControl(second, 'terminate');
    },
  );

  it('is one that its policy restarts: the next task starts after its last end', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('exit $TASK_ID', { extensionList: { restart: 'on-failure:3' } });
    const arrayId = await rig.tracker.addArrayJob(template, { begin: 1, end: 2, maxParallel: 1 });
    const [first = '', second = ''] = rig.tracker.listArrayJobs(arrayId);
    await jobWhere(rig.tracker, first, ({ subState }) => subState === 'restarting');
    expect(await rig.tracker.wait(first, ['Failed'])).toMatchObject({ exitStatus: 1 });
    expect(await rig.tracker.wait(second, ['Failed'])).toMatchObject({ exitStatus: 2 });
    await rig.eventsUpToNow();
    expect([first, second].map((id) => rig.events.of(id, 'start').length)).toEqual([4, 4]);
    expect(startedAfterEnd(rig, first, second)).toBe(true);
  });
});

/** Whether the engine started one job only after the last end of another. */
function startedAfterEnd(rig: Rig, first: string, second: string): boolean {
  const end = rig.events.of(first, 'die').at(-1)?.timeNano;
  const start = rig.events.of(second, 'start').at(0)?.timeNano;
  return end !== undefined && start !== undefined && start > end;
}
