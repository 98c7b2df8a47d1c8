import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { ENDS, IMAGE, Rig, SESSION_LABEL, sleeping } from './rig.js';

describe('an engine that is killed', () => {
  it.each([255, 0] as const)(
    'after a die that it had not saved: the job ended once, as told, and not with %i',
    async (forgottenExitCode) => {
      await using rig = await Rig.open();
      const id = await rig.tracker.addJob(sleeping());
      await rig.tracker.jobInfo(id);
      await killAfterDie(rig, id, 3);
      expect(rig.job(id)).toMatchObject({ state: 'Failed', exitStatus: 3 });
      await returns(rig, { forgottenExitCode });
      expect(await inspected(rig, id)).toEqual(['exited', forgottenExitCode]);
      expect(await rig.tracker.jobInfo(id)).toMatchObject({ exitStatus: 3 });
      rig.ledger.expectEndings(new Map([[id, 3]]));
      // Who was not there to hear the die can only say what the engine says.
      await using later = await DockerTracker.open({ session: rig.session, host: rig.fake.host });
      expect(await later.wait(id, ENDS)).toMatchObject({ exitStatus: forgottenExitCode });
    },
  );

  it.each([255, 0] as const)(
    'before it answered what the die left open: the job ended once, as the die said, and not with %i',
    async (forgottenExitCode) => {
      await using rig = await Rig.open();
      const [witness = ''] = await rig.submit(1);
      await rig.tracker.jobInfo(witness);
      // Without an answer to its inspect the start is not known so well that the die alone could end the run.
      const inspects = rig.fake.hold('GET /containers/*/json', { when: 'arrived' });
      const id = await rig.tracker.addJob(sleeping());
      const held = rig.fake.holdReplica();
      const exits = [rig.fake.exit(id, 3), rig.fake.exit(witness, 4)];
      await rig.tracker.wait(witness, ENDS);
      expect(rig.ledger.endings(id)).toEqual([]);
      await rig.fake.stop({ crash: true });
      inspects.release();
      held.release();
      await Promise.all(exits);
      await returns(rig, { forgottenExitCode });
      expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 3 });
      rig.ledger.expectEndings(
        new Map([
          [id, 3],
          [witness, 4],
        ]),
      );
    },
  );

  it.each(['26.1', '29.1'] as const)(
    'after a die of Docker %s, which saves before it tells: the job ended once, and inspect agrees',
    async (engine) => {
      await using rig = await Rig.open({ engine });
      const id = await rig.tracker.addJob(sleeping());
      await killAfterDie(rig, id, 3);
      await returns(rig);
      rig.ledger.expectEndings(new Map([[id, 3]]));
      await rig.expectConverged();
    },
  );

  it.each(['20.10', '26.1', '29.1'] as const)(
    'before it told of an end that it had read, Docker %s: what it says afterwards is told once',
    async (engine) => {
      await using rig = await Rig.open({ engine });
      const id = await rig.tracker.addJob(sleeping());
      // Since 23.0 the network is left before the end is saved; 20.10 tells of neither before it has told the die.
      const silent = rig.fake.nextEvent(({ action }) => action === (engine === '20.10' ? 'die' : 'disconnect'));
      rig.fake.cutStreams();
      const exiting = rig.fake.exit(id, 3);
      await silent;
      await rig.fake.stop({ crash: true });
      await exiting;
      await returns(rig);
      expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 255 });
      expect((await rig.tracker.jobInfo(id)).annotation).toMatch(/witness/);
      rig.ledger.expectEndings(new Map([[id, 255]]));
      await rig.expectConverged();
    },
  );

  it.each([255, 7, undefined])(
    'and tells of a job that ended meanwhile with 7 a die with %s when it is back: the job ended once, with 7',
    async (lateDie) => {
      await using rig = await Rig.open();
      const id = await rig.tracker.addJob(sleeping());
      await rig.fake.stop({ crash: true });
      await rig.fake.exit(id, 7, { ...(lateDie !== undefined && { lateDie }) });
      await returns(rig);
      expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 7 });
      rig.ledger.expectEndings(new Map([[id, 7]]));
      await rig.expectConverged();
    },
  );

  it('and tells such a die only after it has answered again: the job ended once, with 7', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    await rig.fake.stop({ crash: true });
    await rig.fake.exit(id, 7);
    await returns(rig);
    await rig.fake.model.publishContainer(rig.fake.jobs.container(id), 'die', { exitCode: '255' });
    // What was told before the end of this one is known by then.
    const next = await rig.tracker.addJob(sleeping());
    await rig.fake.exit(next, 1);
    await rig.tracker.wait(next, ENDS);
    rig.ledger.expectEndings(
      new Map([
        [id, 7],
        [next, 1],
      ]),
    );
    await rig.expectConverged();
  });

  it('after the die of a job that removes itself: it ended once, as told, and is gone', async () => {
    await using rig = await Rig.open();
    const { Id: id } = await rig.onlooker.containers.create({
      Image: IMAGE,
      Cmd: ['sleep', '3600'],
      Labels: { [SESSION_LABEL]: rig.session },
      HostConfig: { AutoRemove: true, NetworkMode: 'none' },
    });
    await rig.onlooker.containers.start(id);
    await rig.tracker.wait(id, ['Running']);
    await rig.tracker.jobInfo(id);
    await killAfterDie(rig, id, 3);
    await returns(rig);
    rig.ledger.expectEndings(new Map([[id, 3]]));
    expect(rig.job(id)).toBeUndefined();
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Failed', subState: 'removed' });
  });

  it('after a job did end with 255: it ended once, with 255', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    await rig.fake.exit(id, 255);
    expect(await rig.tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 255 });
    await rig.fake.restart({ crash: true });
    rig.ledger.expectEndings(new Map([[id, 255]]));
  });

  it('after the dies of a whole crowd: each job ended once, as told', async () => {
    await using rig = await Rig.open();
    const ids = await rig.submit(40);
    const held = rig.fake.holdReplica();
    const exits = ids.slice(0, 20).map((id, index) => rig.fake.exit(id, index % 5));
    await Promise.all(ids.slice(0, 20).map((id) => rig.tracker.wait(id, ENDS)));
    const isStale = rig.isStale();
    await rig.fake.stop({ crash: true });
    held.release();
    await Promise.all(exits);
    await isStale;
    for (const id of ids.slice(20, 30)) await rig.fake.exit(id, 6, { lateDie: 255 });
    await returns(rig);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ENDS)));
    const meant = (index: number): number => (index < 20 ? index % 5 : index < 30 ? 6 : 137);
    rig.ledger.expectEndings(new Map(ids.map((id, index) => [id, meant(index)])));
  });
});

/** The tracker heard the die, and asks for the rest; where the engine saves after it told, it did not come to it. */
async function killAfterDie(rig: Rig, id: string, exitCode: number): Promise<void> {
  const held = rig.fake.holdReplica();
  const heard = rig.fake.nextRequest('GET /containers/*/json');
  const exit = rig.fake.exit(id, exitCode);
  await heard;
  const isStale = rig.isStale();
  await rig.fake.stop({ crash: true });
  held.release();
  await exit;
  await isStale;
}

async function returns(rig: Rig, options: { readonly forgottenExitCode?: 255 | 0 } = {}): Promise<void> {
  await rig.isStale();
  const healed = rig.nextLive();
  await rig.fake.resume({ crash: true, ...options });
  await healed;
}

async function inspected(rig: Rig, id: string): Promise<readonly [status: string, exitCode: number]> {
  const { State: state } = await rig.onlooker.containers.inspect(id);
  return [state.Status, state.ExitCode];
}
