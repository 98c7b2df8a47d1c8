import { Drmaa2Error, DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { FakeEngine, type EngineName } from '../fake-engine/index.js';
import { exiting, rejection, Rig, sleeping } from './rig.js';

/** Each version that is spoken, on the fake engine that is next to it. */
const SPOKEN = [
  ['20.10', '1.41'],
  ['26.1', '1.42'],
  ['26.1', '1.43'],
  ['26.1', '1.44'],
  ['26.1', '1.45'],
  ['29.1', '1.46'],
  ['29.1', '1.47'],
  ['29.1', '1.48'],
  ['29.1', '1.49'],
  ['29.1', '1.50'],
  ['29.1', '1.51'],
  ['29.1', '1.52'],
] as const satisfies readonly (readonly [EngineName, string])[];

describe('API versions', () => {
  it.each(SPOKEN)('F33: a session works on engine %s, spoken to at %s', async (engine, version) => {
    const fake = await FakeEngine.start({ engine });
    Object.assign(fake.model, { profile: { ...fake.model.profile, apiVersion: version } });
    await using rig = await Rig.on(fake);
    const { tracker } = rig;
    const done = await tracker.run(exiting(0));
    expect(await done.ended).toMatchObject({ state: 'Done', exitStatus: 0 });
    const id = await tracker.addJob(sleeping());
    await tracker.jobControl(id, 'suspend');
    expect(rig.job(id)?.state).toBe('Suspended');
    await tracker.jobControl(id, 'resume');
    await tracker.jobControl(id, 'terminate');
    expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 137 });
    expect(await tracker.jobInfo(id)).toMatchObject({ exitStatus: 137 });
    const tasks = tracker.listArrayJobs(await tracker.addArrayJob(exiting(2), { begin: 1, end: 3 }));
    for (const task of tasks) expect(await tracker.wait(task, ['Failed'])).toMatchObject({ exitStatus: 2 });
    for (const job of tracker.listJobs()) await tracker.deleteJob(job);
    await rig.expectConverged();
    const own = fake.requests.filter(({ route }) => route !== '/_ping');
    expect(new Set(own.map(({ apiVersion }) => apiVersion))).toEqual(new Set([version]));
  });

  it.each([
    ['29.1', '1.41', /API version 1\.41 was asked for, the engine at .* speaks 1\.44 to 1\.52/],
    ['20.10', '1.44', /API version 1\.44 was asked for, the engine at .* speaks 1\.12 to 1\.41/],
    ['29.1', '1.24', /1\.24, this client speaks 1\.41 to 1\.52/],
  ] as const)('F33: engine %s and version %s are refused, both sides named', async (engine, apiVersion, words) => {
    await using fake = await FakeEngine.start({ engine });
    const error = await rejection(DockerTracker.open({ session: 's', host: fake.host, apiVersion }));
    expect(error).toBeInstanceOf(Drmaa2Error);
    expect(error).toMatchObject({ code: 'InvalidArgument', cause: { code: 'ENGINE_CONFIGURATION' } });
    expect(error.message).toMatch(words);
  });

  it.each([
    ['too old', '1.40', '1.24', /too old: it speaks API .*1\.40, this client speaks 1\.41 to 1\.52/],
    ['too new', '1.60', '1.53', /too new: it speaks API 1\.53 to 1\.60, this client speaks 1\.41 to 1\.52/],
  ])('F33: an engine that is %s is refused, both sides named', async (_title, apiVersion, minApiVersion, words) => {
    await using fake = await FakeEngine.start();
    Object.assign(fake.model, { profile: { ...fake.model.profile, apiVersion, minApiVersion } });
    const error = await rejection(DockerTracker.open({ session: 's', host: fake.host }));
    expect(error).toMatchObject({ code: 'InvalidArgument', cause: { code: 'ENGINE_CONFIGURATION' } });
    expect(error.message).toMatch(words);
    expect(fake.count('POST **')).toBe(0);
  });

  it('F33: after a drop the version is agreed upon again', async () => {
    await using rig = await Rig.open({ engine: '26.1' });
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    const profile = { ...rig.fake.model.profile, apiVersion: '1.43' };
    const healed = rig.nextLive();
    Object.assign(rig.fake.model, { profile });
    rig.fake.clearRequests();
    rig.fake.cutStreams();
    await healed;
    await rig.fake.exit(id, 1);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 1 });
    const own = rig.fake.requests.filter(({ route }) => route !== '/_ping');
    expect(new Set(own.map(({ apiVersion }) => apiVersion))).toEqual(new Set(['1.43']));
  });
});
