import { expect, it } from 'vitest';
import { readFrames } from './read-frames.js';
import { ContractRig, TEST_LABEL, type EngineUnderTest } from './contract-rig.js';

/** Wait, list, logs, versions: what reads. */
export function viewContract(engine: () => EngineUnderTest): void {
  it('releases waiters by their condition', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', 'exit 6'] });
    // not-running is true of a job that never ran
    expect(await (await rig.wait(id, 'not-running')).exitCode).toBe(0);
    const removed = await rig.wait(id, 'removed');
    const next = await rig.wait(id, 'next-exit');
    await rig.post(id, 'start');
    expect(await next.exitCode).toBe(6);
    expect(await (await rig.wait(id, 'not-running')).exitCode).toBe(6);
    // ended already: the next exit never comes, but removal releases all
    const late = await rig.wait(id, 'next-exit');
    await rig.client.call('DELETE', `/containers/${id}`);
    expect(await Promise.all([removed.exitCode, late.exitCode])).toEqual([6, 6]);
    expect(await rig.status(id, 'wait')).toBe(404);
  });

  it('lists rows without times, the code only in the status text', async () => {
    await using rig = new ContractRig(engine().host);
    const name = rig.name();
    const older = await rig.create({ Cmd: ['sh', '-c', 'exit 3'] }, name);
    const younger = await rig.create({ Cmd: ['sleep', '60'], Labels: { tier: 'b' } });
    const { exitCode } = await rig.wait(older, 'next-exit');
    await rig.post(older, 'start');
    await exitCode;
    await rig.seen(older, 'die');
    await rig.inspect(older);
    const rows = await list(rig, { label: [`${TEST_LABEL}=${rig.run}`] });
    expect(rows.map(({ Id }) => Id)).toEqual([younger, older]);
    expect(rows[0]).toMatchObject({ State: 'created', Status: 'Created', Labels: { tier: 'b' } });
    expect(rows[1]).toMatchObject({
      State: 'exited',
      Status: expect.stringMatching(/^Exited \(3\) .* ago$/) as string,
      Names: [`/${name}`],
      Command: "sh -c 'exit 3'",
      HostConfig: { NetworkMode: 'none' },
    });
    expect(Object.keys(rows[1] ?? {})).not.toContain('ExitCode');
    expect((await list(rig, { label: [`${TEST_LABEL}=${rig.run}`], status: ['exited'] })).length).toBe(1);
    expect((await list(rig, { id: [younger] })).map(({ Id }) => Id)).toEqual([younger]);
  });

  it('refuses unknown filters of the list', async () => {
    await using rig = new ContractRig(engine().host);
    const filters = encodeURIComponent(JSON.stringify({ nokey: ['x'] }));
    expect((await rig.client.call('GET', `/containers/json?filters=${filters}`)).status).toBe(400);
  });

  it('frames the logs of a job without terminal', async () => {
    await using rig = new ContractRig(engine().host);
    const { id } = await rig.runToEnd({ Cmd: ['sh', '-c', 'echo out; echo err >&2; printf last; exit 0'] });
    const { bytes } = await rig.client.call('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
    expect(readFrames(bytes)).toEqual({ stdout: 'out\nlast', stderr: 'err\n' });
    const tail = await rig.client.call('GET', `/containers/${id}/logs?stdout=1&tail=1`);
    expect(readFrames(tail.bytes)).toEqual({ stdout: 'last', stderr: '' });
    const stamped = await rig.client.call('GET', `/containers/${id}/logs?stdout=1&tail=1&timestamps=1`);
    expect(readFrames(stamped.bytes).stdout).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z last$/);
    expect((await rig.client.call('GET', `/containers/${id}/logs`)).status).toBe(400);
  });

  it('sends the logs of a terminal raw', async () => {
    await using rig = new ContractRig(engine().host);
    const { id } = await rig.runToEnd({ Cmd: ['echo', 'tty'], Tty: true });
    const { text } = await rig.client.call('GET', `/containers/${id}/logs?stdout=1&stderr=1`);
    expect(text).toBe('tty\r\n');
  });

  it('follows the logs to the end of the job', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', 'echo one; sleep 60'] });
    await rig.post(id, 'start');
    const stream = await rig.client.open('GET', `/containers/${id}/logs?stdout=1&follow=1`);
    const chunks: Buffer[] = [];
    for await (const chunk of stream.body) {
      if (chunks.length === 0) await rig.post(id, 'kill');
      chunks.push(chunk);
    }
    expect(readFrames(Buffer.concat(chunks)).stdout).toBe('one\n');
  });

  it('refuses clients outside its range, and tells its range', async () => {
    await using rig = new ContractRig(engine().host);
    const ping = await rig.client.call('HEAD', '/_ping');
    const version = await rig.client.json<{ readonly ApiVersion: string }>('/version');
    expect(ping.headers['api-version']).toBe(version.ApiVersion);
    const tooNew = await rig.client.call('GET', '/v1.99/info');
    expect([tooNew.status, tooNew.text]).toEqual([400, expect.stringContaining('client version 1.99 is too new')]);
    expect((await rig.client.call('GET', '/v1.10/info')).status).toBe(400);
    expect((await rig.client.call('GET', `/v${version.ApiVersion}/info`)).status).toBe(200);
    expect((await rig.client.call('GET', '/nowhere')).status).toBe(404);
  });
}

type Row = { readonly Id: string } & Readonly<Record<string, unknown>>;

function list(rig: ContractRig, filters: object): Promise<readonly Row[]> {
  return rig.client.json(`/containers/json?all=1&filters=${encodeURIComponent(JSON.stringify(filters))}`);
}
