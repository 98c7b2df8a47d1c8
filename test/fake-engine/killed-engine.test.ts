import { describe, expect, it } from 'vitest';
import { FakeEngine, type EngineName } from './index.js';

const JOB = { Image: 'busybox:latest', Cmd: ['sleep', '60'], HostConfig: { NetworkMode: 'none' } };
const ENGINES = ['20.10', '26.1', '29.1'] as const satisfies readonly EngineName[];

async function running(options: Parameters<typeof FakeEngine.start>[0], body = JOB) {
  const fake = await FakeEngine.start(options);
  const id = await fake.jobs.create(body);
  await fake.jobs.start(id);
  const { model } = fake;
  return {
    fake,
    id,
    state: () => [model.containers.find(id).status, model.containers.find(id).exitCode],
    actions: () => model.bus.history.map(({ action, attributes }) => [action, attributes.exitCode]),
    [Symbol.asyncDispose]: () => fake.close(),
  };
}

// What a killed engine did with ends that it had told of is also in the contract; what only some kills bring about is here alone.
describe('a fake engine that is killed', () => {
  it.each(ENGINES)('%s, between reading an end and saving it, has 255 of that, and tells nothing', async (engine) => {
    await using rig = await running({ engine });
    const { fake, id } = rig;
    const unsaved = fake.nextEvent(({ action }) => action === (engine === '20.10' ? 'die' : 'disconnect'));
    const held = fake.holdReplica();
    const exit = fake.exit(id, 3);
    await unsaved;
    await fake.stop({ crash: true });
    held.release();
    await exit;
    await fake.resume({ crash: true });
    expect(rig.state()).toEqual(['exited', 255]);
    expect(rig.actions()).toEqual([]);
  });

  it.each(ENGINES.slice(1))('%s keeps an end that it told of', async (engine) => {
    await using rig = await running({ engine });
    const told = rig.fake.nextEvent(({ action }) => action === 'die');
    const exit = rig.fake.exit(rig.id, 3);
    await told;
    await rig.fake.restart({ crash: true });
    await exit;
    expect(rig.state()).toEqual(['exited', 3]);
  });

  it('20.10 has 0 of an end where containerd has forgotten the container, too', async () => {
    await using rig = await running({ engine: '20.10' });
    const left = rig.fake.nextEvent(({ action }) => action === 'disconnect');
    const exit = rig.fake.exit(rig.id, 3);
    await left;
    await rig.fake.restart({ crash: true, forgottenExitCode: 0 });
    await exit;
    expect(rig.state()).toEqual(['exited', 0]);
  });

  it.each([255, 3])(
    '20.10 tells a late die with %i of a job that ended meanwhile, and has its code',
    async (lateDie) => {
      await using rig = await running({ engine: '20.10' });
      await rig.fake.stop({ crash: true });
      await rig.fake.exit(rig.id, 3, { lateDie });
      await rig.fake.resume({ crash: true });
      expect(rig.state()).toEqual(['exited', 3]);
      expect(rig.actions()).toEqual([['die', `${lateDie}`]]);
    },
  );

  it('tells a late die on no other engine, and of no job that it sees end', async () => {
    await using recent = await running({ engine: '26.1' });
    await recent.fake.stop({ crash: true });
    await expect(recent.fake.exit(recent.id, 3, { lateDie: 255 })).rejects.toThrow(TypeError);
    await using up = await running({ engine: '20.10' });
    await expect(up.fake.exit(up.id, 3, { lateDie: 255 })).rejects.toThrow(TypeError);
  });

  it('removes a job with AutoRemove whose end it forgot, without another die', async () => {
    await using rig = await running({}, { ...JOB, HostConfig: { NetworkMode: 'none', AutoRemove: true } as never });
    const told = rig.fake.nextEvent(({ action }) => action === 'die');
    const exit = rig.fake.exit(rig.id, 3);
    await told;
    await rig.fake.restart({ crash: true });
    await exit;
    expect(rig.actions().map(([action]) => action)).toEqual(['destroy']);
  });
});
