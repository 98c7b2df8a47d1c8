import { expect, it } from 'vitest';
import { readFrames } from './read-frames.js';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

/** Commands beyond start, kill and remove: names, restart, update, top, health. */
export function commandContract(engine: () => EngineUnderTest): void {
  it('finds a job by its id, the beginning of its id, and its name', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const id = await rig.create({ Cmd: ['true'] }, name);
    const found = await Promise.all(
      [id, id.slice(0, 12), name].map((word) => rig.client.json<{ readonly Id: string }>(`/containers/${word}/json`)),
    );
    expect(found.map(({ Id }) => Id)).toEqual([id, id, id]);
    const absent = await rig.client.call('GET', `/containers/${name}-absent/json`);
    expect([absent.status, absent.text]).toEqual([404, `{"message":"No such container: ${name}-absent"}\n`]);
  });

  it('starts a running job and stops an ended one without doing anything, as 304', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    expect(await rig.status(id, 'stop')).toBe(304);
    expect(await rig.status(id, 'start')).toBe(204);
    expect(await rig.status(id, 'start')).toBe(304);
    expect(await rig.status(id, 'kill')).toBe(204);
    await rig.seen(id, 'die');
    expect(await rig.status(id, 'stop')).toBe(304);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'kill', 'die']);
  });

  it('restarts a job as a new run of the same one', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    const before = await rig.inspect(id);
    expect(await rig.status(id, 'restart?t=0')).toBe(204);
    const after = await rig.inspect(id);
    expect(after.State).toMatchObject({ Status: 'running', ExitCode: 0, FinishedAt: expect.stringMatching(/^2/) });
    expect(after.State.StartedAt > before.State.StartedAt).toBe(true);
    expect(after.RestartCount).toBe(0);
    await rig.seen(id, 'restart');
    const events = (await rig.actions(id)).filter((action) => action !== 'kill');
    // Since 23.0 whoever waits for the end is woken before `die` is told.
    expect(events.slice(2, 4).sort()).toEqual(['die', 'stop']);
    expect([...events.slice(0, 2), ...events.slice(4)]).toEqual(['create', 'start', 'start', 'restart']);
  });

  it('updates the restart policy, never that of an AutoRemove job', async () => {
    await using rig = new ContractRig(engine().host);
    const policy = { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 2 } };
    const id = await rig.create({ Cmd: ['true'] });
    const updated = await rig.client.call('POST', `/containers/${id}/update`, policy);
    // What it warns of is the host's business.
    expect([updated.status, Object.keys(JSON.parse(updated.text) as object)]).toEqual([200, ['Warnings']]);
    expect(await rig.client.json(`/containers/${id}/json`)).toMatchObject({ HostConfig: policy });
    expect(await rig.actions(id)).toEqual(['create', 'update']);
    const fleeting = await rig.create({ Cmd: ['true'], HostConfig: { AutoRemove: true } });
    const refused = await rig.client.call('POST', `/containers/${fleeting}/update`, policy);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining('AutoRemove')]);
  });

  it('lists the processes of a running job alone', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    const early = await rig.client.call('GET', `/containers/${id}/top`);
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('is not running')]);
    await rig.post(id, 'start');
    const { Titles, Processes } = await rig.client.json<{
      readonly Titles: readonly string[];
      readonly Processes: readonly (readonly string[])[];
    }>(`/containers/${id}/top?ps_args=${encodeURIComponent('-o pid,stat,args')}`);
    expect(Titles).toEqual(['PID', 'STAT', 'COMMAND']);
    expect(Processes).toEqual([[String((await rig.inspect(id)).State.Pid), expect.stringMatching(/^S/), 'sleep 60']]);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'top']);
  });

  it('tells of the health of a job', async () => {
    await using rig = new ContractRig(engine().host);
    const second = 1_000_000_000;
    const id = await rig.create({ Cmd: ['sleep', '60'], Healthcheck: { Test: ['CMD', 'true'], Interval: second } });
    await rig.post(id, 'start');
    await rig.seen(id, 'health_status: healthy');
    expect(await rig.client.json(`/containers/${id}/json`)).toMatchObject({
      State: { Status: 'running', Health: { Status: 'healthy', FailingStreak: 0 } },
    });
  });

  it('takes an unknown condition of a wait for the usual one, until 20.10', async () => {
    await using rig = new ContractRig(engine().host);
    const { Version } = await rig.client.json<{ readonly Version: string }>('/version');
    const id = await rig.create({ Cmd: ['true'] });
    const { status } = await rig.client.call('POST', `/containers/${id}/wait?condition=sometimes`);
    expect(status).toBe(Version.startsWith('20.10.') ? 200 : 400);
  });

  it('refuses to start with a body, and what is no job', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['true'] });
    expect((await rig.client.call('POST', `/containers/${id}/start`, { any: 'thing' })).status).toBe(400);
    for (const action of ['start', 'stop', 'kill', 'pause', 'unpause', 'restart', 'wait', 'rename?name=x']) {
      const { status, text } = await rig.client.call('POST', `/containers/${rig.run}/${action}`);
      expect([action, status, text]).toEqual([action, 404, expect.stringContaining(`No such container: ${rig.run}`)]);
    }
    expect((await rig.client.call('DELETE', `/containers/${rig.run}`)).status).toBe(404);
  });

  it('runs a command beside the job and sends what it prints', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    const body = { Cmd: ['sh', '-c', 'echo out; echo err >&2'], AttachStdout: true, AttachStderr: true };
    const early = await rig.client.call('POST', `/containers/${id}/exec`, body);
    expect([early.status, early.text]).toEqual([409, expect.stringContaining('is not running')]);
    await rig.post(id, 'start');
    const created = await rig.client.call('POST', `/containers/${id}/exec`, body);
    const { Id } = JSON.parse(created.text) as { readonly Id: string };
    expect(await rig.client.json(`/exec/${Id}/json`)).toMatchObject({
      Running: false,
      ExitCode: null,
      ContainerID: id,
    });
    const { bytes } = await rig.client.call('POST', `/exec/${Id}/start`, { Detach: false });
    expect(readFrames(bytes)).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    await rig.seen(id, 'exec_die');
    expect((await rig.client.call('POST', `/exec/${Id}/start`, { Detach: true })).status).toBe(409);
    expect((await rig.client.call('GET', `/exec/${rig.run}/json`)).status).toBe(404);
  });
}
