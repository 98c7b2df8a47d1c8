import type { ArraySnapshot } from '@docker-tracker/tracker';
import { firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

const UNKNOWN = 'f'.repeat(64);

describe('an array as one', () => {
  it('counts its tasks by state, suspends, resumes and terminates them all, and waits for them', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const arrayId = await tracker.addArrayJob(rig.template(['sleep', '600']), { begin: 1, end: 4 });
    const seen: ArraySnapshot[] = [];
    const following = tracker.arrayJob$(arrayId).subscribe((array) => seen.push(array));
    const ended = tracker.waitArray(arrayId);
    await Promise.all(tracker.listArrayJobs(arrayId).map((id) => tracker.wait(id, ['Running'])));
    expect((await firstValueFrom(tracker.arrayJob$(arrayId))).counts).toMatchObject({ Running: 4, Suspended: 0 });

    await tracker.jobControlArray(arrayId, 'suspend');
    expect((await firstValueFrom(tracker.arrayJob$(arrayId))).counts).toMatchObject({ Running: 0, Suspended: 4 });
    await tracker.jobControlArray(arrayId, 'resume');
    expect((await firstValueFrom(tracker.arrayJob$(arrayId))).counts).toMatchObject({ Running: 4, Suspended: 0 });
    await tracker.jobControlArray(arrayId, 'terminate');

    const tasks = await ended;
    expect(tasks.map(({ id, state }) => [id, state])).toEqual(
      tracker.listArrayJobs(arrayId).map((id) => [id, 'Failed']),
    );
    expect(tasks.map(({ taskIndex }) => taskIndex)).toEqual([1, 2, 3, 4]);
    following.unsubscribe();
    for (const { counts } of seen) expect(Object.values(counts).reduce((sum, count) => sum + count)).toBe(4);
    expect(seen.at(-1)?.counts.Failed).toBe(4);
  });

  it('passes over tasks that have ended, and is refused when the action is legal for none', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const arrayId = await tracker.addArrayJob(rig.template(['sleep', '600']), { begin: 1, end: 3 });
    const [first = ''] = tracker.listArrayJobs(arrayId);
    await tracker.jobControl(first, 'terminate');
    await tracker.jobControlArray(arrayId, 'terminate');
    expect((await tracker.waitArray(arrayId)).map(({ state }) => state)).toEqual(['Failed', 'Failed', 'Failed']);
    await expect(tracker.jobControlArray(arrayId, 'terminate')).rejects.toMatchObject({ code: 'InvalidState' });
  });

  it('touches no task when one is unknown or the action is none', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const id = await rig.sleeper();
    const arrayId = JSON.stringify([id, UNKNOWN]);
    const refused = { code: 'InvalidArgument' };
    await expect(tracker.jobControlArray(arrayId, 'terminate')).rejects.toMatchObject(refused);
    await expect(tracker.jobControlArray(JSON.stringify([id]), 'stop' as 'suspend')).rejects.toMatchObject(refused);
    await expect(tracker.waitArray(arrayId)).rejects.toMatchObject(refused);
    await expect(firstValueFrom(tracker.arrayJob$(arrayId))).rejects.toMatchObject(refused);
    await expect(firstValueFrom(tracker.arrayJob$('none'))).rejects.toMatchObject(refused);
    expect((await tracker.jobState(id)).state).toBe('Running');
  });

  it('is found by another tracker, times out as a whole, and completes once all its tasks are removed', async () => {
    await using rig = await Rig.open();
    await rig.tracker.addArrayJob(rig.template(['sleep', '600']), { begin: 1, end: 2 });
    const other = await rig.another();
    const arrayId = other.arrays()[0]?.arrayJobId ?? '';
    await expect(other.waitArray(arrayId, { timeoutMs: 0 })).rejects.toMatchObject({ code: 'Timeout' });
    const last = new Promise<ArraySnapshot | undefined>((resolve, reject) => {
      let now: ArraySnapshot | undefined;
      other.arrayJob$(arrayId).subscribe({
        next: (array) => (now = array),
        complete: () => {
          resolve(now);
        },
        error: reject,
      });
    });
    await other.jobControlArray(arrayId, 'terminate');
    for (const id of other.listArrayJobs(arrayId)) await other.deleteJob(id);
    expect((await last)?.tasks.map(({ removed }) => removed)).toEqual([true, true]);
  });
});
