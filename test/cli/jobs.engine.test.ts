import { describe, expect, it } from 'vitest';
import { IMAGE, Rig } from '../real-engine/rig.js';
import './patience.js';
import { command, CommandProcess } from './command-process.js';

describe('docker-tracker', () => {
  it('lists, controls, waits for and removes jobs that are named by the beginning of an id, or a name', async () => {
    await using rig = await Rig.open();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const id = await rig.sleeper({ jobName: 'a-sleeper' });
    const ended = await rig.tracker.addJob(rig.sh('exit 4'));
    await rig.tracker.wait(ended, ['Failed']);

    const listed = await docker('ps');
    expect(listed.stdout).toMatch(new RegExp(`^JOB ID .*\\n${id.slice(0, 12)} +a-sleeper +Running .*${IMAGE}\\n$`));
    const all = JSON.parse((await docker('ps', '--all', '--json')).stdout) as readonly Record<string, unknown>[];
    expect(all.map((job) => job.id).sort()).toEqual([id, ended].sort());
    expect(all.find((job) => job.id === ended)).toMatchObject({ exitStatus: 4, finishedAt: expect.any(String) });
    expect((await docker('ps', '-q', '--filter', 'state=failed', '--no-trunc')).stdout).toBe(`${ended}\n`);

    expect(await docker('suspend', id.slice(0, 10))).toEqual({ stdout: `${id}\n`, stderr: '', exitCode: 0 });
    expect(rig.tracker.snapshot().get(id)).toMatchObject({ state: 'Suspended' });
    expect(JSON.parse((await docker('--json', 'resume', 'a-sleeper')).stdout)).toEqual([
      { id, state: 'Running', subState: '' },
    ]);
    const refused = await docker('rm', 'a-sleeper', ended.slice(0, 12));
    expect(refused).toMatchObject({ stdout: `${ended}\n`, exitCode: 1 });
    expect(refused.stderr).toMatch(/is Running: .*terminate it first\n$/);
  });

  it('waits for jobs, ends with their exit status, and removes the ended ones', async () => {
    await using rig = await Rig.open();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const id = await rig.sleeper({ jobName: 'a-sleeper' });
    using waiting = new CommandProcess(['wait', 'a-sleeper'], { session: rig.session });
    expect((await docker('terminate', 'a-sleeper')).exitCode).toBe(0);
    expect(await waiting.end).toMatchObject({ stdout: Buffer.from('137\n'), exitCode: 137 });
    expect(await docker('rm', '--all-ended')).toMatchObject({ stdout: `${id}\n`, exitCode: 0 });
    expect(await rig.containers()).toEqual([]);
  });

  it('holds and releases a job of the queue, and starts it while it waits', async () => {
    await using rig = await Rig.open();
    await rig.tracker.close();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const words = [
      'run',
      '--detach',
      '--network',
      'none',
      '--name',
      'later',
      '--submit-as-hold',
      IMAGE,
      'sh',
      '-c',
      'exit 5',
    ];
    expect((await docker(...words)).exitCode).toBe(0);
    expect((await docker('ps')).stdout).toMatch(/later +QueuedHeld +held/);
    expect(await docker('wait', '--timeout', '0', 'later')).toMatchObject({ stdout: '', exitCode: 124 });
    expect((await docker('release', 'later')).exitCode).toBe(0);
    expect(await docker('wait', 'later')).toMatchObject({ stdout: '5\n', exitCode: 5 });
  });

  it('shows the output of a job as it was written, its info, and the template that it came from', async () => {
    await using rig = await Rig.open();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const id = await rig.tracker.addJob(rig.sh('echo one; echo two; echo three >&2; exit 6', { jobName: 'speaker' }));
    await rig.tracker.wait(id, ['Failed']);
    expect(await docker('logs', '--follow', 'speaker')).toEqual({
      stdout: 'one\ntwo\n',
      stderr: 'three\n',
      exitCode: 0,
    });
    expect(await docker('logs', '--tail', '0', id)).toEqual({ stdout: '', stderr: '', exitCode: 0 });
    expect(JSON.parse((await docker('logs', '--json', '--stderr', 'speaker')).stdout)).toEqual({
      type: 'output',
      jobId: id,
      stream: 'stderr',
      data: 'three\n',
    });
    const [info] = JSON.parse((await docker('info', '--json', 'speaker')).stdout) as readonly unknown[];
    expect(info).toMatchObject({
      id,
      state: 'Failed',
      exitStatus: 6,
      extensionList: { commandline: expect.any(String) },
    });
    expect((await docker('info', 'speaker')).stdout).toMatch(/^exitStatus +6$/m);
    const { stdout } = await docker('info', '--template', 'speaker');
    const again = await command(['run', '--template', '-'], { session: rig.session, input: stdout });
    expect(again).toEqual({ stdout: 'one\ntwo\n', stderr: 'three\n', exitCode: 6 });
  });

  it('refuses a name that nothing has, one that several have, and an engine that is not there, and says what to do', async () => {
    await using rig = await Rig.open();
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    const ids = [await rig.sleeper({ jobName: 'twin' }), await rig.sleeper({ jobName: 'twin' })];
    const ambiguous = await docker('suspend', 'twin');
    expect(ambiguous.exitCode).toBe(2);
    for (const id of ids) expect(ambiguous.stderr).toContain(`${id.slice(0, 12)} (twin)`);
    expect(await docker('wait', 'nobody')).toMatchObject({
      exitCode: 125,
      stderr: expect.stringMatching(/^docker-tracker: no job "nobody" .*\n {2}docker-tracker ps/),
    });
    expect(await docker('ps', '--host', 'unix:///nowhere.sock')).toMatchObject({
      exitCode: 1,
      stderr: expect.stringMatching(
        /^docker-tracker: cannot connect to .*nowhere\.sock.* Start it, .*\n {2}--host and --context .*\n$/,
      ),
    });
    expect(await docker('pss')).toMatchObject({ exitCode: 2, stderr: expect.stringMatching(/unknown command 'pss'/) });
    expect([...rig.tracker.snapshot().values()].map(({ state }) => state)).toEqual(['Running', 'Running']);
  });

  it('looks at the jobs of all sessions, and at the machine', async () => {
    await using rig = await Rig.open();
    const other = await rig.another({ session: `${rig.session}-other` });
    const id = await other.addJob(rig.template(['sleep', '600'], { jobName: `of-${rig.session}` }));
    const docker = (...words: readonly string[]) => command(words, { session: rig.session });
    expect((await docker('ps')).stdout).not.toContain(id.slice(0, 12));
    expect((await docker('ps', '--all-sessions')).stdout).toMatch(
      new RegExp(`${id.slice(0, 12)} +of-${rig.session} +Running .* ${rig.session}-other +`),
    );
    const { Name, MemTotal } = await rig.engine.info();
    expect((await docker('machines')).stdout).toMatch(new RegExp(`^NAME .*\\n${Name} +yes .* GiB +x64 +Linux`));
    expect(JSON.parse((await docker('machines', '--json')).stdout)).toMatchObject([
      { name: Name, available: true, physMemory: Math.floor(MemTotal / 1024) },
    ]);
  });
});
