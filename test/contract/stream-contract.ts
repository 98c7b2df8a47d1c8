import type { Duplex } from 'node:stream';
import { expect, it } from 'vitest';
import { ContractRig, type EngineUnderTest } from './contract-rig.js';
import { readFrames } from './read-frames.js';

/** Connections that leave HTTP: attach. */
export function streamContract(engine: () => EngineUnderTest): void {
  it('gives an attachment made before the start all of the output, and its end', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sh', '-c', 'echo out; echo err >&2'] });
    const socket = await rig.client.upgrade(`/containers/${id}/attach?stream=1&stdout=1&stderr=1`);
    await rig.post(id, 'start');
    expect(readFrames(await readAll(socket))).toEqual({ stdout: 'out\n', stderr: 'err\n' });
    expect(await rig.actions(id)).toContain('attach');
  });

  it('ends the input of a job with a half-close, and still delivers its output', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['wc', '-c'], OpenStdin: true, StdinOnce: true });
    const socket = await rig.client.upgrade(`/containers/${id}/attach?stream=1&stdin=1&stdout=1`);
    const output = readAll(socket);
    await rig.post(id, 'start');
    socket.end(Buffer.alloc(100_000, 'x'));
    expect(readFrames(await output).stdout.trim()).toBe('100000');
  });

  it('sends the output of a terminal unframed', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['echo', 'tty'], Tty: true });
    const socket = await rig.client.upgrade(`/containers/${id}/attach?stream=1&stdout=1`);
    await rig.post(id, 'start');
    expect((await readAll(socket)).toString()).toBe('tty\r\n');
  });

  it('refuses to attach to a paused job', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    await rig.post(id, 'pause');
    const { status, text } = await rig.client.call('POST', `/containers/${id}/attach?stream=1&stdout=1`);
    expect([status, text]).toEqual([409, expect.stringContaining('is paused, unpause the container before attach')]);
  });

  it('runs a command beside the job, with its own events and code', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    const created = await rig.client.call('POST', `/containers/${id}/exec`, {
      Cmd: ['sh', '-c', 'exit 5'],
      AttachStdout: true,
    });
    const { Id: exec } = JSON.parse(created.text) as { readonly Id: string };
    expect(created.status).toBe(201);
    const started = await rig.client.call('POST', `/exec/${exec}/start`, { Detach: true });
    expect(started.status).toBe(200);
    expect((await rig.seen(id, 'exec_die')).Actor.Attributes).toMatchObject({ execID: exec, exitCode: '5' });
    expect(await rig.client.json(`/exec/${exec}/json`)).toMatchObject({ Running: false, ExitCode: 5 });
    expect(await rig.actions(id)).toEqual([
      'create',
      'start',
      'exec_create: sh -c exit 5',
      'exec_start: sh -c exit 5',
      'exec_die',
    ]);
  });

  it('samples the statistics of a job once, and on 26 without its name', async () => {
    await using rig = new ContractRig(engine().host);
    const id = await rig.create({ Cmd: ['sleep', '60'] });
    await rig.post(id, 'start');
    const { Version } = await rig.client.json<{ readonly Version: string }>('/version');
    const sample = await rig.client.json<{ readonly id?: string }>(`/containers/${id}/stats?stream=0&one-shot=1`);
    expect(sample).toMatchObject({
      pids_stats: { current: 1 },
      cpu_stats: { cpu_usage: { total_usage: expect.any(Number) as number } },
    });
    expect(sample.id).toBe(Version.startsWith('26.') ? undefined : id);
  });
}

async function readAll(socket: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of socket as AsyncIterable<Buffer>) chunks.push(chunk);
  return Buffer.concat(chunks);
}
