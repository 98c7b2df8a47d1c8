import { EngineHttpError, EngineImagePullError } from '@docker-tracker/engine-client';
import { Drmaa2Error, type PullProgress } from '@docker-tracker/tracker';
import { filter, firstValueFrom } from 'rxjs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Rig } from '../rig.js';
import { RegistryGate } from './registry-gate.js';
import { RegistryRig } from './registry-rig.js';

let registry: RegistryRig;
beforeAll(async () => {
  registry = await RegistryRig.start();
});
afterAll(() => registry[Symbol.asyncDispose]());

function pulls(rig: Rig): PullProgress[] {
  const seen: PullProgress[] = [];
  rig.tracker.pulls$.subscribe((step) => seen.push(step));
  return seen;
}

describe('pull', () => {
  it('never, the default, refuses an image that only the registry has, and does not ask it', async () => {
    await using rig = await Rig.open();
    const image = await registry.push();
    const asked = registry.manifestsAsked;
    const refused = rig.tracker.addJob(rig.template(['true'], { jobCategory: image }));
    await expect(refused).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(registry.manifestsAsked).toBe(asked);
    expect(await rig.containers()).toEqual([]);
  });

  it.each([
    ['tracker’s option', { pull: 'missing' as const }, {}],
    ['template’s extension', {}, { extensionList: { pull: 'missing' } }],
    ['template’s extension over the option', { pull: 'never' as const }, { extensionList: { pull: 'always' } }],
  ])('by the %s brings the image, tells its steps, and the job runs', async (_, options, more) => {
    await using rig = await Rig.open(options);
    const image = await registry.push();
    const steps = pulls(rig);
    const id = await rig.tracker.addJob(rig.template(['true'], { jobCategory: image, ...more }));
    await rig.tracker.wait(id, ['Done']);
    expect(new Set(steps.map((step) => step.image))).toEqual(new Set([image]));
    expect(steps[0]).toMatchObject({ phase: 'pulling', status: expect.stringContaining('Pulling') as string });
    expect(steps.at(-1)).toEqual({ image, phase: 'pulled' });
    expect((await rig.tracker.jobInfo(id)).extensionList).toMatchObject({ category: image });
  });

  it('missing asks the registry for nothing when the image is there, always does', async () => {
    await using rig = await Rig.open({ pull: 'missing' });
    const image = await registry.push();
    const job = rig.template(['true'], { jobCategory: image });
    await rig.tracker.addJob(job);
    const asked = registry.manifestsAsked;
    await rig.tracker.addJob(job);
    expect(registry.manifestsAsked).toBe(asked);
    await rig.tracker.addJob({ ...job, extensionList: { pull: 'always' } });
    expect(registry.manifestsAsked).toBeGreaterThan(asked);
  });

  it('F14: what the registry does not have is InvalidArgument, with the words of the engine, and nothing is left', async () => {
    await using rig = await Rig.open({ pull: 'missing' });
    const image = registry.name();
    const steps = pulls(rig);
    const failure = await failureOf(rig.tracker.addJob(rig.template(['true'], { jobCategory: image })));
    expect(failure).toMatchObject({ code: 'InvalidArgument' });
    expect(failure.message).toMatch(new RegExp(`^image ${image} could not be pulled: .*(manifest|not found)`, 'u'));
    expect([EngineHttpError, EngineImagePullError]).toContain((failure.cause as Error).constructor);
    expect(steps).toEqual([{ image, phase: 'failed', error: failure }]);
    expect(await rig.containers()).toEqual([]);
  });

  it('from a registry that does not answer is DrmCommunication', async () => {
    await using rig = await Rig.open({ pull: 'missing' });
    const image = '127.0.0.1:1/team/tool:1';
    const refused = rig.tracker.addJob(rig.template(['true'], { jobCategory: image }));
    await expect(refused).rejects.toMatchObject({ code: 'DrmCommunication' });
  });

  it.each(['Always', '', 'yes'])('%j is refused before anything is asked', async (value) => {
    await using rig = await Rig.open();
    const job = rig.template(['true'], { extensionList: { pull: value } });
    await expect(rig.tracker.addJob(job)).rejects.toThrow(/extension pull .*never, missing or always/u);
  });
});

describe('a pull that takes long', () => {
  it('is shared by jobs that need the same image', async () => {
    await using rig = await Rig.open({ pull: 'always' });
    const image = await registry.push();
    await using gate = await RegistryGate.before(registry.host);
    const behindGate = registry.name(gate.host).replace(/tool.*/u, image.slice(image.indexOf('tool')));
    const steps = pulls(rig);
    const jobs = Array.from({ length: 8 }, () =>
      rig.tracker.addJob(rig.template(['true'], { jobCategory: behindGate })),
    );
    await gate.asked;
    gate.open();
    const ids = await Promise.all(jobs);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done'])));
    expect(steps.filter(({ phase }) => phase === 'pulled')).toHaveLength(1);
    await rig[Symbol.asyncDispose]();
    await registry.engine.images.remove(behindGate, { force: true });
  });

  it('goes on while one job waits for it, and ends with the last', async () => {
    await using rig = await Rig.open({ pull: 'missing' });
    await using gate = await RegistryGate.before(registry.host);
    const image = registry.name(gate.host);
    const steps = pulls(rig);
    const told = firstValueFrom(rig.tracker.pulls$.pipe(filter(({ phase }) => phase === 'failed')));
    const aborts = [new AbortController(), new AbortController()];
    const jobs = aborts.map(({ signal }) =>
      rig.tracker.addJob(rig.template(['true'], { jobCategory: image }), { signal }),
    );
    await gate.asked;
    aborts[0]?.abort('first');
    await expect(jobs[0]).rejects.toBe('first');
    expect(steps.some(({ phase }) => phase === 'failed')).toBe(false);
    aborts[1]?.abort('second');
    await expect(jobs[1]).rejects.toBe('second');
    await told;
    expect(await rig.containers()).toEqual([]);
  });

  it('ends with the tracker', async () => {
    await using rig = await Rig.open({ pull: 'missing' });
    await using gate = await RegistryGate.before(registry.host);
    const job = rig.tracker.addJob(rig.template(['true'], { jobCategory: registry.name(gate.host) }));
    const refused = expect(job).rejects.toMatchObject({ code: 'InvalidSession' });
    await gate.asked;
    await rig.tracker.close();
    await refused;
  });
});

async function failureOf(promise: Promise<unknown>): Promise<Drmaa2Error> {
  const error: unknown = await promise.catch((reason: unknown) => reason);
  if (error instanceof Drmaa2Error) return error;
  throw new Error('expected a Drmaa2Error', { cause: error });
}
