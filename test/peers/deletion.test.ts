import { describe, expect, it } from 'vitest';
import { exiting, rejection, Rig } from './rig.js';

async function ended(rig: Rig): Promise<string> {
  const id = await rig.tracker.addJob(exiting(3));
  await rig.tracker.wait(id, ['Failed']);
  return id;
}

describe('deleteJob', () => {
  it.each([
    ['is gone already', 404, 'No such container: job'],
    ['is being removed by somebody else', 409, 'removal of container job is already in progress'],
  ])('is done, and the job forgotten, where the engine says that it %s', async (_title, status, message) => {
    await using rig = await Rig.open();
    const id = await ended(rig);
    rig.fake.fail(`DELETE /containers/${id}`, { status, message });
    await rig.tracker.deleteJob(id);
    expect(rig.job(id)).toBeUndefined();
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Undetermined', subState: 'unknown' });
    expect(rig.fake.count(`DELETE /containers/${id}`)).toBe(1);
  });

  it('says what the engine says, and forgets nothing, where that refuses for another reason', async () => {
    await using rig = await Rig.open();
    const id = await ended(rig);
    rig.fake.fail(`DELETE /containers/${id}`, { status: 409, message: 'You cannot remove a paused container' });
    const error = await rejection(rig.tracker.deleteJob(id));
    expect(error.message).toContain('You cannot remove a paused container');
    expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 3 });
    await rig.tracker.deleteJob(id);
    expect(rig.job(id)).toBeUndefined();
  });

  it('removes what it says that it removed: the container and nothing beside it', async () => {
    await using rig = await Rig.open();
    const [one, other] = [await ended(rig), await ended(rig)];
    await rig.tracker.deleteJob(one);
    expect((await rig.onlooker.containers.list({ all: true })).map(({ Id }) => Id)).toEqual([other]);
  });
});
