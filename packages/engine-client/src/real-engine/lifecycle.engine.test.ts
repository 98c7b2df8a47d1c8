import { describe, expect, it } from 'vitest';
import { EngineHttpError } from '../errors.js';
import { IMAGE, realEngine } from './real-engine.test.support.js';

describe('a real engine', () => {
  it('says who it is', async () => {
    await using real = await realEngine();
    const { engine } = real;
    expect(engine.apiVersion).toMatch(/^1\.\d+$/);
    expect(await engine.ping()).toMatchObject({ osType: 'linux' });
    expect((await engine.version()).ApiVersion).toMatch(/^1\./);
    const info = await engine.info();
    expect(info.SystemTime).toMatch(/^\d{4}-\d\d-\d\dT.*Z$/);
    expect(info.NCPU).toBeGreaterThan(0);
    expect(await engine.negotiate()).toBe(engine.apiVersion);
  });

  it('F33: refuses a version that the engine does not speak, naming both sides', async () => {
    await using real = await realEngine();
    const { ApiVersion: highest } = await real.engine.version();
    const beyond = `1.${String(Number(highest.split('.')[1]) + 1)}`;
    await expect(realEngine({ apiVersion: beyond })).rejects.toMatchObject({ code: 'ENGINE_CONFIGURATION' });
  });

  it('F1: a wait for the next exit is armed before the start and brings the exit code', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sh', '-c', 'exit 7'] });
    const wait = await containers.wait(id, { condition: 'next-exit' });
    let settled = false;
    void wait.exited.then(() => (settled = true));
    expect((await containers.inspect(id)).State.Status).toBe('created');
    expect(settled).toBe(false);
    await containers.start(id);
    expect(await wait.exited).toEqual({ StatusCode: 7 });
  });

  it('F16: 20 self-removing containers give their exit codes through waits armed before the start', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    for (let code = 0; code < 20; code += 1) {
      const id = await real.create({ Cmd: ['sh', '-c', `exit ${String(code)}`], HostConfig: { AutoRemove: true } });
      const wait = await containers.wait(id, { condition: 'removed' });
      await containers.start(id);
      expect((await wait.exited).StatusCode).toBe(code);
    }
  });

  it('walks through start, pause, rename, update, top, stats, stop and remove', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sleep', '600'], StopSignal: 'SIGKILL' });
    expect(await containers.start(id)).toBe('started');
    expect(await containers.start(id)).toBe('already-running');
    await containers.pause(id);
    expect((await containers.inspect(id)).State).toMatchObject({ Status: 'paused', Running: true, Paused: true });
    await containers.unpause(id);
    await containers.rename(id, { name: `engine-client-${id.slice(0, 12)}.queued` });
    expect((await containers.inspect(id)).Name).toBe(`/engine-client-${id.slice(0, 12)}.queued`);
    expect(Array.isArray((await containers.update(id, { CpuShares: 512 })).Warnings)).toBe(true);
    expect((await containers.inspect(id)).HostConfig.CpuShares).toBe(512);
    await containers.kill(id, { signal: 'SIGSTOP' });
    const top = await containers.top(id, { psArgs: '-o pid,stat' });
    expect(top.Titles).toEqual(['PID', 'STAT']);
    expect(top.Processes[0]?.[1]).toMatch(/^T/);
    await containers.kill(id, { signal: 'SIGCONT' });
    const sample = await containers.statsOnce(id);
    expect(sample.memory_stats.limit).toBeGreaterThan(0);
    for await (const { read } of containers.stats(id)) {
      expect(read).toMatch(/^20/);
      break;
    }
    expect(await containers.stop(id, { t: 1 })).toBe('stopped');
    expect(await containers.stop(id)).toBe('not-running');
    await containers.restart(id, { t: 0 });
    expect((await containers.inspect(id)).State.Running).toBe(true);
    await containers.remove(id, { force: true, v: true });
    await expect(containers.inspect(id)).rejects.toMatchObject({ status: 404 });
  });

  it('F2: every refusal has its status and the words of the engine', async () => {
    await using real = await realEngine();
    const { containers, images } = real.engine;
    const id = await real.create({ Cmd: ['/no/such/command'] });
    const refusals: [() => Promise<unknown>, number][] = [
      [() => containers.inspect('no-such-container'), 404],
      [() => containers.create({ Image: 'no/such:image' }), 404],
      [() => containers.create({ Image: IMAGE, Cmd: ['true'] }, { name: 'a b' }), 400],
      [() => containers.start(id), 400],
      [() => containers.kill(id), 409],
      [() => containers.pause(id), 409],
      [() => containers.unpause(id), 500],
      [() => containers.top(id), 409],
      [() => containers.list({ filters: { nokey: ['x'] } }), 400],
      [() => containers.attach('no-such-container', { tty: false }), 404],
      [() => images.inspect('no/such:image'), 404],
      [() => real.engine.watchEvents({ since: '5.000000000', until: '4.000000000', onEvent: () => undefined }), 400],
    ];
    for (const [call, status] of refusals) {
      const error: unknown = await call().catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(EngineHttpError);
      expect(error).toMatchObject({ status });
      expect((error as EngineHttpError).engineMessage).not.toBe('');
    }
    expect((await containers.inspect(id)).State).toMatchObject({ Status: 'created', ExitCode: 127 });
  });

  it('F3: filters and limits have their effect', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const ids = [await real.create({ Cmd: ['true'] }), await real.create({ Cmd: ['true'] })];
    const filters = { label: [real.label] };
    expect(await containers.list({ filters })).toEqual([]);
    const rows = await containers.list({ all: true, filters });
    expect(rows.map((row) => row.Id).sort()).toEqual([...ids].sort());
    expect(await containers.list({ all: true, filters, limit: 1 })).toHaveLength(1);
    expect((await containers.inspect(ids[0] ?? '', { size: true })).SizeRootFs).toBeGreaterThan(0);
  });

  it('knows its images', async () => {
    await using real = await realEngine();
    const { images } = real.engine;
    const image = await images.inspect('docker-tracker/busybox:test');
    expect((await images.list()).map(({ Id }) => Id)).toContain(image.Id);
    const name = `docker-tracker/engine-client:${real.label.slice(-8)}`;
    const [repo = '', tag] = name.split(':');
    await images.tag(image.Id, { repo, tag });
    expect((await images.inspect(name)).Id).toBe(image.Id);
    expect(await images.remove(name)).toContainEqual({ Untagged: name });
  });
});
