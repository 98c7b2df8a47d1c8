import { describe, expect, it } from 'vitest';
import { exiting, rejection, Rig, sleeping, turnsUntil } from './rig.js';

const START = 'POST /containers/*/start';
const CREATE = 'POST /containers/create';
const POLICY = { extensionList: { restart: 'always' } };

describe('answers that are lost', () => {
  it('a start whose answer is lost runs the job once', async () => {
    await using rig = await Rig.open();
    rig.fake.dropResponse(START);
    const id = await rig.tracker.addJob(sleeping());
    expect(rig.job(id)?.state).toBe('Running');
    expect([rig.fake.count(START), starts(rig)]).toEqual([1, 1]);
  });

  it('nor is it repeated on a job that has ended already', async () => {
    await using rig = await Rig.open();
    const start = rig.fake.hold(START);
    rig.fake.dropResponse(START);
    const died = rig.fake.nextEvent(({ action }) => action === 'die');
    const submitting = rig.tracker.addJob(exiting(3));
    await died;
    start.release();
    const id = await submitting;
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 3 });
    expect([rig.fake.count(START), starts(rig)]).toEqual([1, 1]);
    rig.ledger.expectEndings(new Map([[id, 3]]));
  });

  it('nor on one that the engine has removed by then', async () => {
    await using rig = await Rig.open();
    const start = rig.fake.hold(START);
    rig.fake.dropResponse(START);
    const gone = rig.fake.nextEvent(({ action }) => action === 'destroy');
    const submitting = rig.tracker.addJob(exiting(3, { extensionList: { rm: 'true' } }));
    await gone;
    start.release();
    const id = await submitting;
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 3 });
    expect([rig.fake.count(START), starts(rig)]).toEqual([1, 1]);
    rig.ledger.expectEndings(new Map([[id, 3]]));
  });

  it('a start that was lost before the engine carried it out is asked for again', async () => {
    await using rig = await Rig.open();
    rig.fake.fail(START);
    rig.fake.dropResponse(START);
    const id = await rig.tracker.addJob(sleeping());
    expect(rig.job(id)?.state).toBe('Running');
    expect([rig.fake.count(START), starts(rig)]).toEqual([2, 1]);
  });

  it('a create whose answer is lost leaves no container', async () => {
    await using rig = await Rig.open();
    rig.fake.dropResponse(CREATE);
    const error = await rejection(rig.tracker.addJob(sleeping()));
    expect(error).toMatchObject({ code: 'DrmCommunication', cause: { code: 'ENGINE_UNREACHABLE' } });
    expect(await rig.onlooker.containers.list({ all: true })).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
    expect(rig.fake.count(CREATE)).toBe(1);
  });

  it('a create under a second name whose answer is lost leaves no container', async () => {
    await using rig = await Rig.open();
    const first = await rig.tracker.addJob(sleeping({ jobName: 'taken' }));
    rig.fake.dropResponse(({ method, query }) => method === 'POST' && (query.get('name') ?? '').startsWith('taken-'));
    await rejection(rig.tracker.addJob(sleeping({ jobName: 'taken' })));
    const left = await rig.onlooker.containers.list({ all: true });
    expect(left.map(({ Id }) => Id)).toEqual([first]);
  });

  it('a kill whose answer is lost has its effect told by the view', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    rig.fake.dropResponse('POST /containers/*/kill');
    await rig.tracker.jobControl(id, 'terminate').catch(() => undefined);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 137 });
    rig.ledger.expectEndings(new Map([[id, 137]]));
  });
});

describe('what no event tells', () => {
  it('a job that is killed in restart back-off is seen through its wait', async () => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await rig.tracker.addJob(sleeping(POLICY));
    await rig.fake.exit(id, 4);
    await rig.tracker.wait(id, ['Queued']);
    await rig.fake.waitForRequest(`POST /containers/${id}/wait`);
    const ended = rig.tracker.wait(id, ['Failed']);
    await rig.onlooker.containers.kill(id, { signal: 'SIGKILL' });
    expect(await ended).toMatchObject({ state: 'Failed', exitStatus: 4 });
    rig.ledger.expectEndings(new Map([[id, 4]]));
    await rig.expectConverged();
  });

  it('that wait is closed by the next start, and opened again at the next back-off', async () => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await rig.tracker.addJob(sleeping(POLICY));
    const wait = `POST /containers/${id}/wait`;
    for (let round = 1; round <= 3; round += 1) {
      await rig.fake.exit(id, 1);
      await rig.tracker.wait(id, ['Queued']);
      await rig.fake.waitForRequest(wait, { count: round });
      await rig.fake.policyRestart(id);
      await rig.tracker.wait(id, ['Running']);
      await turnsUntil(() => rig.fake.model.containers.find(id).waiters.size === 0);
    }
    expect(rig.fake.count(wait)).toBe(3);
    expect(rig.ledger.endings(id)).toEqual([]);
  });

  it('that wait is opened again after the engine was away', async () => {
    await using rig = await Rig.open({ clock: 'manual' });
    const id = await rig.tracker.addJob(sleeping(POLICY));
    await rig.fake.exit(id, 1);
    await rig.fake.waitForRequest(`POST /containers/${id}/wait`);
    const healed = rig.nextLive();
    rig.fake.cutAll();
    await healed;
    await rig.fake.waitForRequest(`POST /containers/${id}/wait`, { count: 2 });
    const ended = rig.tracker.wait(id, ['Failed']);
    await rig.onlooker.containers.kill(id, { signal: 'SIGKILL' });
    expect(await ended).toMatchObject({ exitStatus: 1 });
  });

  it('a stop by signal that no `ps` can confirm is said to be unknown', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    expect((await rig.tracker.jobInfo(id)).annotation).toBeUndefined();
    rig.fake.model.hasPs = false;
    const gap = await rig.openGap();
    for (let index = 0; index < 300; index += 1)
      await rig.fake.emit({ type: 'network', action: 'connect', actorId: 'n1', attributes: {} });
    await gap.close();
    expect(rig.fake.count('GET /containers/*/top')).toBeGreaterThan(0);
    expect(rig.job(id)?.state).toBe('Running');
    expect((await rig.tracker.jobInfo(id)).annotation).toMatch(/stop/);
  });

  it('a stop by signal in a gap that is forgotten is found by `top`', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(sleeping());
    const gap = await rig.openGap();
    await rig.onlooker.containers.kill(id, { signal: 'SIGSTOP' });
    for (let index = 0; index < 300; index += 1)
      await rig.fake.emit({ type: 'network', action: 'connect', actorId: 'n1', attributes: {} });
    await gap.close();
    expect(rig.job(id)).toMatchObject({ state: 'Suspended', subState: 'stopped' });
    await rig.tracker.jobControl(id, 'resume');
    expect(rig.job(id)?.state).toBe('Running');
  });
});

function starts({ fake }: Rig): number {
  return fake.model.bus.history.filter(({ type, action }) => type === 'container' && action === 'start').length;
}
