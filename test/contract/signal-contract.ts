import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';

/** Signals, freezing, stopping. */
export function signalContract(engine: () => EngineUnderTest): void {
  it('refuses commands on a job that does not run', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    expect(await rig.status(id, 'kill')).toBe(409);
    expect(await rig.status(id, 'pause')).toBe(409);
    expect(await rig.status(id, 'unpause')).toBe(500);
    expect(await rig.status(id, 'stop')).toBe(304);
    expect((await rig.client.call('GET', `/containers/${id}/top`)).status).toBe(409);
    expect(await rig.status('0'.repeat(64), 'kill')).toBe(404);
  });

  it('pauses once, unpauses once', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    expect(await rig.status(id, 'pause')).toBe(204);
    expect(await rig.status(id, 'pause')).toBe(409);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'paused', Running: true, Paused: true });
    expect(await rig.status(id, 'unpause')).toBe(204);
    expect(await rig.status(id, 'unpause')).toBe(500);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'pause', 'unpause']);
  });

  it('shows a SIGSTOP in the kill event and in top alone', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'], StopSignal: 'SIGTERM' });
    await rig.post(id, 'start');
    expect(await rig.status(id, 'kill?signal=SIGSTOP')).toBe(204);
    expect((await rig.seen(id, 'kill')).Actor.Attributes).toMatchObject({ signal: '19' });
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'running', Paused: false });
    expect(await processState(rig, id)).toMatch(/^T/);
    expect(await rig.status(id, 'kill?signal=18')).toBe(204);
    expect(await processState(rig, id)).toMatch(/^[SR]/);
    expect(await rig.actions(id)).toEqual(['create', 'start', 'kill', 'top', 'kill', 'top']);
  });

  it('refuses unknown signals', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    expect(await rig.status(id, 'kill?signal=NOPE')).toBe(400);
  });

  it('kills after the timeout of a stop that the job ignores', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    expect(await rig.status(id, 'stop?t=1')).toBe(204);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'exited', ExitCode: 137 });
    await rig.seen(id, 'die');
    const actions = await rig.actions(id);
    // stop and die come in either order, by version
    expect([actions.slice(0, 4), [...actions.slice(4)].sort()]).toEqual([
      ['create', 'start', 'kill', 'kill'],
      ['die', 'stop'],
    ]);
  });

  it("ends a stop by the job's own handler, with its own code", async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', READY_TO_TRAP] });
    await rig.post(id, 'start');
    await rig.firstOutput(id);
    expect(await rig.status(id, 'stop?t=10')).toBe(204);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'exited', ExitCode: 7 });
  });

  it('keeps a signal back while the job is stopped, and delivers it on SIGCONT', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', READY_TO_TRAP] });
    await rig.post(id, 'start');
    await rig.firstOutput(id);
    const { exitCode } = await rig.wait(id, 'next-exit');
    await rig.post(id, 'kill?signal=STOP');
    await rig.post(id, 'kill?signal=TERM');
    expect((await rig.inspect(id)).State.Status).toBe('running');
    await rig.post(id, 'kill?signal=CONT');
    expect(await exitCode).toBe(7);
  });

  it('unpauses a paused job by its stop signal; KILL ends it frozen', async () => {
    await using rig = new ContractRig(engine().host);
    const thawed = await rig.create({ Cmd: ['sh', '-c', READY_TO_TRAP] });
    const frozen = await rig.create({ Cmd: ['sleep', '60'] });
    for (const id of [thawed, frozen]) await rig.post(id, 'start');
    await rig.firstOutput(thawed);
    for (const id of [thawed, frozen]) await rig.post(id, 'pause');
    const { exitCode } = await rig.wait(thawed, 'next-exit');
    expect(await rig.status(thawed, 'kill?signal=TERM')).toBe(204);
    expect(await exitCode).toBe(7);
    expect(await rig.status(frozen, 'kill')).toBe(204);
    await Promise.all([rig.seen(thawed, 'die'), rig.seen(frozen, 'die')]);
    expect(await rig.actions(thawed)).toEqual(['create', 'start', 'pause', 'kill', 'unpause', 'die']);
    expect(await rig.actions(frozen)).toEqual(['create', 'start', 'pause', 'kill', 'die']);
  });

  it('ends a back-off by a kill without any event', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({
      Cmd: ['false'],
      HostConfig: { RestartPolicy: { Name: 'always' } },
      StopSignal: 'SIGTERM',
    });
    await rig.post(id, 'start');
    await rig.seen(id, 'die');
    const inspected = await untilRestarting(rig, id);
    expect(inspected).toBe('restarting');
    const { exitCode } = await rig.wait(id, 'not-running');
    expect(await rig.status(id, 'kill')).toBe(204);
    expect(await exitCode).toBe(1);
    expect((await rig.inspect(id)).State).toMatchObject({ Status: 'exited', ExitCode: 1 });
    expect(await rig.actions(id)).not.toContain('kill');
  });

  it('cancels a restart policy by any signal, unless the job names another as its own', async () => {
    await using rig = new ContractRig(engine().host);
    const body = {
      Cmd: ['sh', '-c', `trap 'exit 3' USR1; ${READY_TO_TRAP}`],
      HostConfig: { RestartPolicy: { Name: 'always' } },
    };
    const plain = await rig.create(body);
    const named = await rig.create({ ...body, StopSignal: 'SIGTERM' });
    for (const id of [plain, named]) {
      await rig.post(id, 'start');
      await rig.firstOutput(id);
      const { exitCode } = await rig.wait(id, 'next-exit');
      await rig.post(id, 'kill?signal=USR1');
      expect(await exitCode).toBe(3);
      await rig.seen(id, 'die');
    }
    expect((await rig.inspect(plain)).State.Status).toBe('exited');
    expect((await rig.inspect(named)).State.Running).toBe(true);
  });
}

/** Says `ready` once a TERM would end it with 7. */
const READY_TO_TRAP = "trap 'exit 7' TERM; echo ready; while true; do sleep 0.05; done";

async function processState(rig: ContractRig, id: string): Promise<string> {
  const top = await rig.client.json<{ readonly Processes: readonly (readonly string[])[] }>(
    `/containers/${id}/top?ps_args=${encodeURIComponent('-o pid,stat')}`,
  );
  const { Pid } = (await rig.inspect(id)).State;
  return top.Processes.find(([pid]) => pid === `${Pid}`)?.[1] ?? '';
}

/** The back-off doubles from run to run: soon an inspect falls into it. */
async function untilRestarting(rig: ContractRig, id: string): Promise<string> {
  for (let look = 0; look < 200; look += 1) {
    const { Status } = (await rig.inspect(id)).State;
    if (Status === 'restarting') return Status;
    await (
      await rig.wait(id, 'next-exit')
    ).exitCode;
  }
  return 'never';
}
