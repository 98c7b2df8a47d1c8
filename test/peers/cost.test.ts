import { describe, expect, it } from 'vitest';
import { exiting, Rig, sleeping } from './rig.js';

/** image, create, start, inspect after the start, inspect after the end; two more where events come between. */
const CALLS_PER_JOB = 7;

describe('cost at the engine', () => {
  it('F35: a job costs a constant number of calls, however many the session holds', async () => {
    await using rig = await Rig.open();
    const few = await costOf(rig, 30);
    await rig.submit(150);
    const many = await costOf(rig, 30);
    for (const calls of [few, many]) expect(calls).toBeLessThanOrEqual(CALLS_PER_JOB * 30);
    expect(many).toBeLessThanOrEqual(few + 30);
    expect([rig.fake.count('GET /containers/json'), rig.fake.count('GET /events')]).toEqual([0, 0]);
  });

  it('F35: what happens to other containers costs nothing', async () => {
    await using rig = await Rig.open();
    await rig.submit(5);
    const foreign = { Image: 'busybox:latest', Cmd: ['sleep', '60'], HostConfig: { NetworkMode: 'none' } };
    const { Id } = await rig.onlooker.containers.create(foreign);
    await rig.onlooker.containers.start(Id);
    rig.fake.clearRequests();
    for (let index = 0; index < 500; index += 1) await rig.fake.jobs.probe(Id);
    await rig.fake.exit(Id, 1);
    expect(rig.fake.requests.map(({ route }) => route)).toEqual([]);
  });

  it('F35: many events about one job are asked about together', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    rig.fake.clearRequests();
    const inspect = rig.fake.hold(`GET /containers/${id}/json`);
    const updates = Array.from({ length: 200 }, () =>
      rig.fake.model.publishContainer(rig.fake.jobs.container(id), 'update'),
    );
    await inspect.first;
    await Promise.all(updates);
    inspect.release();
    await rig.tracker.jobInfo(id);
    await rig.fake.exit(id, 0);
    await rig.tracker.wait(id, ['Done']);
    expect(rig.fake.requests.length).toBeLessThanOrEqual(4);
  });

  it('F41: 100 jobs that are awaited cost no request and no timer', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(100);
    await rig.tracker.jobInfo(ids.at(-1) ?? '');
    const timers = activeTimers();
    rig.fake.clearRequests();
    const waits = ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed']));
    for (let index = 0; index < 1000; index += 1)
      await rig.fake.emit({ type: 'container', action: 'exec_die', actorId: 'c1', attributes: {} });
    expect(rig.fake.requests.length).toBe(0);
    expect(activeTimers()).toBeLessThanOrEqual(timers);
    for (const [index, id] of ids.entries()) await rig.fake.exit(id, index);
    expect((await Promise.all(waits)).map(({ exitStatus }) => exitStatus)).toEqual(ids.map((_, index) => index));
    expect(rig.fake.requests.length).toBeLessThanOrEqual(2 * ids.length);
    expect(rig.fake.count('GET /containers/json')).toBe(0);
  });

  it('F41: a wait settles at once when its job is removed while it runs', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const refusal = { code: 'InvalidState', job: { subState: 'lost', removed: true } };
    const settled = expect(rig.tracker.wait(id, ['Done'])).rejects.toMatchObject(refusal);
    await rig.fake.jobs.forget(id);
    await settled;
  });

  it('F41: a wait settles at once when its job ends in another state', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const refusal = { code: 'InvalidState', job: { state: 'Failed', exitStatus: 1 } };
    const settled = expect(rig.tracker.wait(id, ['Done', 'Suspended'])).rejects.toMatchObject(refusal);
    await rig.fake.exit(id, 1);
    await settled;
  });

  it('F41: a wait for a job that was deleted is refused, not kept', async () => {
    await using rig = await Rig.open();
    const { id, ended } = await rig.tracker.run(exiting(0));
    await ended;
    await rig.tracker.deleteJob(id);
    await expect(rig.tracker.wait(id, ['Done'])).rejects.toMatchObject({ code: 'InvalidArgument' });
  });
});

/** The calls that so many jobs make from their submission to their end. */
async function costOf(rig: Rig, count: number): Promise<number> {
  rig.fake.clearRequests();
  const ids = await rig.submit(count);
  for (const id of ids) await rig.fake.exit(id, 1);
  await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Failed'])));
  const { length } = rig.fake.requests;
  return length;
}

function activeTimers(): number {
  return process.getActiveResourcesInfo().filter((resource) => resource === 'Timeout').length;
}
