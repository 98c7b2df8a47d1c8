import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

/** Creating, starting, ending, removing: codes, states, and the events that go with them. */
export function lifecycleContract(engine: () => EngineUnderTest): void {
  it('moves a job from created over running to exited', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    expect((await rig.inspect(id)).State).toMatchObject({
      Status: 'created',
      Pid: 0,
      StartedAt: '0001-01-01T00:00:00Z',
      FinishedAt: '0001-01-01T00:00:00Z',
    });
    expect(await rig.status(id, 'start')).toBe(204);
    expect(await rig.status(id, 'start')).toBe(304);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'running', Running: true, ExitCode: 0 });
    expect(await rig.status(id, 'kill')).toBe(204);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'exited', Running: false, ExitCode: 137, Pid: 0 });
    expect(await rig.status(id, 'stop')).toBe(304);
  });

  it('logs create, start, die and destroy of a job', async () => {
    await using rig = new ContractRig(engine().host);
    const { id, exitCode } = await rig.runToEnd({ Cmd: ['sh', '-c', 'exit 3'] });
    expect(exitCode).toBe(3);
    expect((await rig.seen(id, 'die')).Actor.Attributes).toMatchObject({ exitCode: '3' });
    await rig.client.call('DELETE', `/containers/${id}`);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'die', 'destroy']);
  });

  it('keeps names unique, frees them on removal, and answers 404 afterwards', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const id = await rig.create({ Cmd: ['true'] }, name);
    const refused = await rig.tryCreate({ Cmd: ['true'] }, name);
    expect([refused.status, refused.text]).toEqual([409, expect.stringContaining(`already in use by container`)]);
    expect((await rig.client.call('DELETE', `/containers/${name}`)).status).toBe(204);
    expect((await rig.client.call('GET', `/containers/${id}/json`)).text).toContain(`No such container: ${id}`);
    expect((await rig.tryCreate({ Cmd: ['true'] }, name)).status).toBe(201);
  });

  it('answers a failed start with the reason, without start or die', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['no-such-command'] });
    const { status, text } = await rig.post(id, 'start');
    expect([status, text]).toEqual([400, expect.stringContaining('executable file not found in $PATH')]);
    const { State: state } = await rig.inspect(id);
    expect(state).toMatchObject({ Status: 'created', ExitCode: 127, StartedAt: '0001-01-01T00:00:00Z' });
    expect(state.Error).toContain('executable file not found');
    expect(await rig.actions(id)).toEqual(['create']);
    const waited = await rig.post(id, 'wait');
    expect(JSON.parse(waited.text)).toMatchObject({ StatusCode: 127, Error: { Message: state.Error } });
  });

  it('removes an AutoRemove job by itself, with its code for whoever waited', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', 'exit 5'], HostConfig: { AutoRemove: true } });
    const { exitCode } = await rig.wait(id, 'removed');
    await rig.post(id, 'start');
    expect(await exitCode).toBe(5);
    await rig.seen(id, 'destroy');
    expect(await rig.actions(id)).toEqual(['create', 'start', 'die', 'destroy']);
    expect((await rig.client.call('GET', `/containers/${id}/json`)).status).toBe(404);
  });

  it('removes an AutoRemove job whose start fails: create, destroy', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['/no/such/command'], HostConfig: { AutoRemove: true } });
    expect(await rig.status(id, 'start')).toBe(400);
    await rig.seen(id, 'destroy');
    expect(await rig.actions(id)).toEqual(['create', 'destroy']);
  });

  it('refuses to remove a running job without force, kills it with force', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    expect((await rig.client.call('DELETE', `/containers/${id}`)).status).toBe(409);
    expect((await rig.client.call('DELETE', `/containers/${id}?force=1`)).status).toBe(204);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'kill', 'die', 'destroy']);
  });

  it('runs an ended job again when it is started again', async () => {
    await using rig = new ContractRig(engine().host);
    const { id } = await rig.runToEnd({ Cmd: ['sh', '-c', 'exit 4'] });
    const first = (await rig.inspect(id)).State.StartedAt;
    const { exitCode } = await rig.wait(id, 'next-exit');
    expect(await rig.status(id, 'start')).toBe(204);
    expect(await exitCode).toBe(4);
    expect((await rig.inspect(id)).State.StartedAt).not.toBe(first);
  });

  it('renames with the old name in the event, and refuses taken, same and invalid names', async () => {
    await using rig = new ContractRig(engine().host);
    const [name, next] = [rig.name(), rig.name()];
    const id = await rig.create({ Cmd: ['true'] }, name);
    await rig.create({ Cmd: ['true'] }, `${next}.taken`);
    expect(await rig.status(id, `rename?name=${next}.queued-1`)).toBe(204);
    const event = await rig.seen(id, 'rename');
    expect(event.Actor.Attributes).toMatchObject({ name: `${next}.queued-1`, oldName: `/${name}` });
    expect((await rig.inspect(id)).Name).toBe(`/${next}.queued-1`);
    expect(await rig.status(id, `rename?name=${next}.taken`)).toBe(409);
    expect(await rig.status(id, `rename?name=${next}.queued-1`)).toBe(400);
    expect(await rig.status(id, 'rename?name=a%20b')).toBe(400);
    expect(await rig.status(id, 'rename?name=')).toBe(400);
  });

  it('restarts by policy as often as allowed', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({
      Cmd: ['sh', '-c', 'exit 4'],
      StopSignal: 'SIGTERM',
      HostConfig: { RestartPolicy: { Name: 'on-failure', MaximumRetryCount: 1 } },
    });
    const removed = await rig.wait(id, 'removed');
    const { exitCode } = await rig.wait(id, 'next-exit');
    await rig.post(id, 'start');
    expect(await exitCode).toBe(4);
    const again = await rig.wait(id, 'not-running');
    expect(await again.exitCode).toBe(4);
    expect(await rig.inspect(id)).toMatchObject({ RestartCount: 1, State: { Status: 'exited' } });
    await rig.client.call('DELETE', `/containers/${id}`);
    expect(await removed.exitCode).toBe(4);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'die', 'start', 'die', 'destroy']);
  });
}
