import { describe, expect, it } from 'vitest';
import { Rig, SESSION_LABEL, sleeping, template } from './rig.js';

describe('F38: health checks', () => {
  it("of strangers never reach the tracker's stream, whatever they fill the engine's memory with", async () => {
    await using rig = await Rig.open({ proxied: true });
    const ids = await rig.submit(100);
    const meant = new Map(ids.map((id, index) => [id, index % 5]));
    const stranger = await rig.fake.jobs.create({ Image: 'busybox:latest', Cmd: ['sleep', '3600'] });
    await rig.onlooker.containers.start(stranger);
    const before = rig.proxy.requests.length;
    for (let round = 0; round < 100; round += 1) await rig.fake.jobs.probe(stranger);
    expect(rig.fake.model.bus.history.every(({ actorId }) => actorId === stranger)).toBe(true);
    expect(rig.proxy.requests).toHaveLength(before);
    const gap = await rig.openGap();
    for (const [id, code] of meant) {
      await rig.fake.jobs.probe(stranger);
      await rig.fake.exit(id, code);
    }
    await gap.close();
    rig.ledger.expectEndings(meant);
    await rig.onlooker.containers.remove(stranger, { force: true });
    await rig.expectConverged();
  });

  it('of jobs tell their health and cost no request', async () => {
    await using rig = await Rig.open({ proxied: true });
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    const before = rig.proxy.requests.length;
    for (let round = 0; round < 100; round += 1) await rig.fake.jobs.probe(id);
    await rig.fake.jobs.health(id, 'unhealthy');
    await rig.fake.emit({
      type: 'container',
      action: 'exec_die',
      actorId: id,
      attributes: { exitCode: '137', [SESSION_LABEL]: rig.session },
    });
    await rig.fake.jobs.health(id, 'healthy');
    await rig.fake.exit(id, 3);
    expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ exitStatus: 3 });
    const asked = rig.proxy.requests.slice(before).map(({ method, route }) => `${method} ${route}`);
    // The end is looked at once, perhaps only now.
    expect([`GET /containers/${id}/json`]).toEqual(expect.arrayContaining(asked));
    expect(asked.length).toBeLessThan(2);
    rig.ledger.expectEndings(new Map([[id, 3]]));
  });
});

describe('F39: out of memory', () => {
  it('in a child, in the first process, and a SIGKILL are three different infos', async () => {
    await using rig = await Rig.open();
    const [child = '', first = '', killed = ''] = await rig.submit(3);
    await rig.fake.oom(child, { child: true });
    await rig.fake.oom(first);
    await rig.onlooker.containers.kill(killed);
    await Promise.all([first, killed].map((id) => rig.tracker.wait(id, ['Failed'])));
    const infos = await Promise.all([child, first, killed].map((id) => rig.tracker.jobInfo(id)));
    expect(infos.map(({ state, subState, exitStatus }) => [state, subState, exitStatus])).toEqual([
      ['Running', 'oom-event', undefined],
      ['Failed', 'oom-killed', 137],
      ['Failed', 'signal:SIGKILL', 137],
    ]);
    await rig.fake.exit(child, 0);
    expect(await rig.tracker.wait(child, ['Done', 'Failed'])).toMatchObject({ state: 'Done', exitStatus: 0 });
    rig.ledger.expectEndings(
      new Map([
        [child, 0],
        [first, 137],
        [killed, 137],
      ]),
    );
  });

  it('is not read out of an exit code of 137 alone', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(template(['sh', '-c', 'exit 137']));
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 137, subState: '' });
  });

  it('is told with the exit code of the die where the engine cannot be asked any more', async () => {
    await using rig = await Rig.open({ proxied: true });
    const id = await rig.tracker.addJob(sleeping());
    await rig.tracker.jobInfo(id);
    rig.proxy.break('GET /containers/*/json', { kind: 'refuse', status: 500 }, { times: 1 });
    await rig.fake.oom(id);
    expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 137, subState: 'oom-killed' });
    await rig.isLive();
    rig.ledger.expectEndings(new Map([[id, 137]]));
  });
});
