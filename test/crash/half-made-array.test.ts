import { describe, expect, it } from 'vitest';
import { IMAGE, Rig } from '../peers/rig.js';

const TASKS = 10;
const job = { jobCategory: IMAGE, remoteCommand: 'true' };

/** Matches the n-th of the requests that create a container. */
function create(n: number): (request: { readonly method: string; readonly route: string }) => boolean {
  let seen = 0;
  return ({ method, route }) => method === 'POST' && route === '/containers/create' && (seen += 1) === n;
}

describe('an array of which the engine does not create every task', () => {
  const places = [1, 2, 5, TASKS];

  it.each(places)('is not there at all, and names the task, when create %i is refused', async (place) => {
    await using rig = await Rig.open();
    rig.fake.fail(create(place), { status: 500, message: 'no space left on device' });
    await expect(rig.tracker.addArrayJob(job, { begin: 1, end: TASKS })).rejects.toMatchObject({
      name: 'Drmaa2Error',
      message: expect.stringMatching(/^task \d+ of the array: .*no space left on device/) as string,
    });
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    expect(rig.tracker.arrays()).toEqual([]);
  });

  it.each(places)('is not there at all when the answer to create %i is lost', async (place) => {
    await using rig = await Rig.open();
    rig.fake.dropResponse(create(place));
    await expect(rig.tracker.addArrayJob(job, { begin: 1, end: TASKS })).rejects.toMatchObject({
      code: 'DrmCommunication',
      message: expect.stringMatching(/^task \d+ of the array: /) as string,
    });
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    expect(rig.tracker.arrays()).toEqual([]);
  });
});
