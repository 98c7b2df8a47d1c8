import { describe, expect, it } from 'vitest';
import { engineTime } from '../engine-time.js';
import type { EngineEvent } from '../wire/event.js';
import { outputOf, realEngine } from './real-engine.test.support.js';

describe('events of a real engine', () => {
  it('are pushed with exact times, and replayed from one nanosecond to the other', async () => {
    await using real = await realEngine();
    const { engine } = real;
    const filters = { type: ['container'], label: [real.label] };
    const seen: EngineEvent[] = [];
    const abort = new AbortController();
    const died = new Promise<void>((resolve, reject) => {
      engine
        .watchEvents({
          filters,
          since: '0',
          signal: abort.signal,
          onEvent: (event) => {
            seen.push(event);
            if (event.action === 'die') resolve();
          },
        })
        .catch(reject);
    });
    const id = await real.create({ Cmd: ['sh', '-c', 'exit 3'] });
    await engine.containers.start(id);
    await died;
    abort.abort();
    expect(seen.map(({ action }) => action)).toEqual(['create', 'start', 'die']);
    expect(seen.at(-1)).toMatchObject({ id, type: 'container', attributes: { exitCode: '3' } });
    const last = seen.at(-1)?.timeNano ?? 0n;
    const replay = async (since: bigint, until: bigint): Promise<string[]> => {
      const actions: string[] = [];
      const range = { since: engineTime(since), until: engineTime(until) };
      for await (const { action } of engine.events({ filters, ...range })) actions.push(action);
      return actions;
    };
    expect(await replay(last, last)).toEqual(['die']);
    expect(await replay(last + 1n, last + 1n)).toEqual([]);
  });

  it('F11: leaving the iterator ends the stream', async () => {
    await using real = await realEngine();
    const before = real.engine.connections;
    const id = await real.create({ Cmd: ['true'] });
    for await (const event of real.engine.events({ since: '0', filters: { container: [id] } })) {
      expect(event.action).toBe('create');
      break;
    }
    await expect.poll(() => real.engine.connections).toBeLessThanOrEqual(before + 1);
  });
});

describe('output of a real engine', () => {
  it.each([false, true])('F4: attach before the start and logs give all of it (terminal: %s)', async (Tty) => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sh', '-c', 'echo out; echo err >&2'], Tty });
    const attached = await containers.attach(id);
    const attachedOutput = outputOf(attached.output);
    await containers.start(id);
    const expected = Tty ? { stdout: 'out\r\nerr\r\n', stderr: '' } : { stdout: 'out\n', stderr: 'err\n' };
    expect(await attachedOutput).toEqual(expected);
    expect(await outputOf(containers.logs(id))).toEqual(expected);
    expect(await outputOf(containers.logs(id, { follow: true, stderr: false }))).toMatchObject({
      stdout: Tty ? expected.stdout : 'out\n',
      stderr: '',
    });
    expect(await outputOf(containers.logs(id, { tail: 5, stderr: false, timestamps: true }))).toMatchObject({
      stdout: expect.stringMatching(/^(\d{4}-\S+Z \w+\r?\n)+$/) as string,
    });
  });

  it('F12: 1 MiB of input and a half-close come out counted', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['wc', '-c'], OpenStdin: true, StdinOnce: true, AttachStdin: true });
    const attached = await containers.attach(id, { stdin: true });
    await containers.start(id);
    attached.stdin.end(Buffer.alloc(1_048_576));
    expect((await outputOf(attached.output)).stdout?.trim()).toBe('1048576');
  });

  it('follows a silent container until it is left', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sh', '-c', 'echo first; sleep 600'] });
    await containers.start(id);
    const logs = containers.logs(id, { follow: true });
    expect((await logs.next()).value).toMatchObject({ stream: 'stdout', data: Buffer.from('first\n') });
    const waiting = logs.next();
    await logs.return?.();
    expect(await waiting).toMatchObject({ done: true });
  });

  it('answers at once for the logs of a container that never spoke', async () => {
    await using real = await realEngine({ timeouts: { headersMs: 5000 } });
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sleep', '600'] });
    expect(await outputOf(containers.logs(id))).toEqual({ stdout: '', stderr: '' });
  });
});

describe('exec and archives of a real engine', () => {
  it('runs a command with input and output and knows its exit code', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['sleep', '600'] });
    await expect(containers.exec.create(id, { Cmd: ['true'] })).rejects.toMatchObject({ status: 409 });
    await containers.start(id);
    const { Id: execId } = await containers.exec.create(id, {
      Cmd: ['sh', '-c', 'cat; echo err >&2; exit 5'],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    });
    const running = await containers.exec.start(execId);
    running.stdin.end('hello');
    expect(await outputOf(running.output)).toEqual({ stdout: 'hello', stderr: 'err\n' });
    expect(await containers.exec.inspect(execId)).toMatchObject({ Running: false, ExitCode: 5, ContainerID: id });
    const { Id: second } = await containers.exec.create(id, { Cmd: ['true'] });
    await containers.exec.startDetached(second);
    await expect(containers.exec.start('no-such-exec')).rejects.toMatchObject({ status: 404 });
  });

  it('puts an archive in and gets it out again', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const source = await real.create({ Cmd: ['true'] });
    const target = await real.create({ Cmd: ['cat', '/tmp/passwd'] });
    const { stat, body } = await containers.getArchive(source, { path: '/etc/passwd' });
    expect(stat).toMatchObject({ name: 'passwd' });
    await containers.putArchive(target, { path: '/tmp', body });
    const attached = await containers.attach(target);
    await containers.start(target);
    expect((await outputOf(attached.output)).stdout).toHaveLength(stat.size);
    await expect(containers.getArchive(source, { path: '/no/such/file' })).rejects.toMatchObject({ status: 404 });
    await expect(containers.putArchive(target, { path: '/no/such', body: Buffer.alloc(1024) })).rejects.toMatchObject({
      status: 404,
    });
  });

  it('shows the refusal of an archive of 64 MiB that the engine does not read', async () => {
    await using real = await realEngine();
    const id = await real.create({ Cmd: ['true'] });
    const body = Buffer.alloc(64 * 1024 * 1024);
    for (let round = 0; round < 5; round += 1) {
      await expect(real.engine.containers.putArchive(id, { path: '/no/such', body })).rejects.toMatchObject({
        code: 'ENGINE_HTTP',
        status: 404,
      });
    }
  });
});

describe('closing against a real engine', () => {
  it('F19: ends live streams with EngineClosedError and leaves no connection', async () => {
    await using real = await realEngine();
    const { engine } = real;
    const id = await real.create({ Cmd: ['sleep', '600'] });
    await engine.containers.start(id);
    const wait = await engine.containers.wait(id);
    const attached = await engine.containers.attach(id, { tty: false });
    const failures = [
      wait.exited,
      attached.output.next(),
      engine.containers.logs(id, { follow: true, tty: false }).next(),
      engine.events().next(),
    ].map((call) =>
      call.then(
        () => expect.unreachable(),
        (error: unknown) => error,
      ),
    );
    await engine.close();
    for (const failure of failures) expect(await failure).toMatchObject({ code: 'ENGINE_CLOSED' });
    expect(engine.connections).toBe(0);
  });

  it('F18: 100 open waits hold up no create', async () => {
    await using real = await realEngine();
    const { containers } = real.engine;
    const id = await real.create({ Cmd: ['true'] });
    const waits = await Promise.all(Array.from({ length: 100 }, () => containers.wait(id, { condition: 'next-exit' })));
    const other = await real.create({ Cmd: ['true'] });
    expect((await containers.inspect(other)).State.Status).toBe('created');
    await containers.start(id);
    expect(await Promise.all(waits.map(({ exited }) => exited))).toHaveLength(100);
  });
});
