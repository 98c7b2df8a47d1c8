import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { IMAGE, Rig } from '../real-engine/rig.js';
import { command, CommandProcess } from './command-process.js';

const NONE = ['--network', 'none'];
/** All bytes there are, twice, so that no text survives by chance. */
const BYTES = Buffer.from([...Array.from({ length: 512 }, (_, at) => at % 256)]);
const ALL_BYTES = `for i in 1 2; do for j in $(seq 0 255); do printf "\\\\$(printf %03o $j)"; done; done`;

describe('docker-tracker run', () => {
  it('passes both streams on byte for byte, and ends with the exit status of the job', async () => {
    await using rig = await Rig.open();
    const words = ['run', ...NONE, IMAGE, 'sh', '-c', `${ALL_BYTES}; (${ALL_BYTES}) >&2; exit 7`];
    using run = new CommandProcess(words, { session: rig.session });
    const { stdout, exitCode } = await run.end;
    expect(exitCode).toBe(7);
    expect(stdout.equals(BYTES)).toBe(true);
    expect(run.stderrBytes.equals(BYTES)).toBe(true);
  });

  it('passes standard input on with --interactive, and leaves nothing behind with --rm', async () => {
    await using rig = await Rig.open();
    const ended = await command(['run', ...NONE, '--rm', '-i', IMAGE, 'wc', '-c'], {
      session: rig.session,
      input: Buffer.alloc(100_000, 'x'),
    });
    expect(ended).toEqual({ stdout: '100000\n', stderr: '', exitCode: 0 });
    expect(await rig.containers()).toEqual([]);
  });

  it.each(['SIGINT', 'SIGTERM'] as const)('terminates the job at %s, and ends with its status', async (signal) => {
    await using rig = await Rig.open();
    using run = new CommandProcess(['run', ...NONE, IMAGE, 'sh', '-c', 'echo ready; sleep 600'], {
      session: rig.session,
    });
    await run.says(/ready/);
    run.process.kill(signal);
    expect(await run.end).toMatchObject({ exitCode: 137, stderr: '' });
    const [id = ''] = await rig.containers();
    expect(await rig.inspect(id)).toMatchObject({ State: { Status: 'exited', ExitCode: 137 } });
  });

  it('leaves at once at the second SIGINT, while the job may still say goodbye', async () => {
    await using rig = await Rig.open();
    const script = "trap 'echo asked' TERM; echo ready; while :; do sleep 0.1; done";
    const words = ['run', ...NONE, '--terminate', 'stop', '--stop-timeout', '600', IMAGE, 'sh', '-c', script];
    using run = new CommandProcess(words, { session: rig.session });
    await run.says(/ready/);
    run.process.kill('SIGINT');
    await run.says(/asked/);
    run.process.kill('SIGINT');
    expect((await run.end).exitCode).toBe(130);
    expect([...rig.tracker.snapshot().values()]).toMatchObject([{ state: 'Running' }]);
  });

  it('ends with a code that says why it could not run a job, and leaves nothing behind', async () => {
    await using rig = await Rig.open();
    const rows: readonly (readonly [words: readonly string[], exitCode: number, said: RegExp])[] = [
      [[IMAGE, 'nosuch'], 127, /nosuch/],
      [[IMAGE, '/etc/passwd'], 126, /permission denied/],
      [['no/such-image', 'true'], 125, /no\/such-image/],
      [['--memory', 'much', IMAGE, 'true'], 125, /extension memory is "much"/],
      [['--nosuch', IMAGE], 125, /unknown option '--nosuch'/],
      [[], 125, /no image is given\n {2}give IMAGE/],
    ];
    for (const [words, exitCode, said] of rows) {
      const ended = await command(['run', ...NONE, ...words], { session: rig.session });
      expect(ended, words.join(' ')).toMatchObject({ stdout: '', exitCode });
      expect(ended.stderr).toMatch(said);
    }
    expect(await rig.containers()).toEqual([]);
  });

  it('makes the template out of its flags, over the one in a file', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const file = join(folder, 'template.json');
    const variables = join(folder, 'variables');
    await writeFile(
      file,
      JSON.stringify({ remoteCommand: 'true', jobName: 'from-file', jobEnvironment: { A: '1', B: '1' } }),
    );
    await writeFile(variables, '# none\nB=2\nC=2\n');
    const flags = [
      '--template',
      file,
      '--env-file',
      variables,
      '-e',
      'C=3',
      '-e',
      'HERE',
      '-e',
      'NOT_HERE',
      '-w',
      '/tmp',
    ];
    const more = [
      '-v',
      `${folder}:/data:ro`,
      '--cap-drop',
      'NET_RAW',
      '--cap-drop',
      'CHOWN',
      '-l',
      'a=b',
      '-m',
      '64m',
      '--priority',
      '7',
    ];
    const run = ['run', '--detach', ...NONE, ...flags, ...more, IMAGE, 'sleep', '--', '600'];
    const { stdout, exitCode } = await command(run, { session: rig.session, environment: { HERE: 'yes' } });
    expect(exitCode).toBe(0);
    expect(await rig.tracker.jobTemplate(stdout.trim())).toEqual({
      jobCategory: IMAGE,
      remoteCommand: 'sleep',
      args: ['--', '600'],
      jobName: 'from-file',
      jobEnvironment: { A: '1', B: '2', C: '3', HERE: 'yes' },
      workingDirectory: '/tmp',
      stageInFiles: { [folder]: '/data:ro' },
      priority: 7,
      extensionList: { net: 'none', 'cap-drop': 'NET_RAW,CHOWN', labels: 'a=b', memory: '64m' },
    });
  });

  it('tells in JSON lines what was submitted, what it wrote and how it ended', async () => {
    await using rig = await Rig.open();
    const ended = await command(
      ['run', '--json', '--rm', ...NONE, IMAGE, 'sh', '-c', 'echo out; echo err >&2; exit 3'],
      {
        session: rig.session,
      },
    );
    const lines = ended.stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as Readonly<Record<string, unknown>>);
    expect(ended.exitCode).toBe(3);
    expect(lines.at(0)).toMatchObject({ type: 'submitted' });
    expect(lines.filter(({ type }) => type === 'output')).toHaveLength(2);
    expect(lines).toContainEqual(expect.objectContaining({ type: 'output', stream: 'stderr', data: 'err\n' }));
    expect(lines.at(-1)).toMatchObject({ type: 'ended', job: { state: 'Failed', exitStatus: 3 } });
    expect(await rig.containers()).toEqual([]);
  });

  it('ends silently when the reader of its output has gone, and the job goes on', async () => {
    await using rig = await Rig.open();
    const words = ['run', ...NONE, '--name', 'writer', IMAGE, 'sh', '-c', 'while :; do echo a line of output; done'];
    using run = new CommandProcess(words, { session: rig.session });
    await run.says(/a line/);
    run.process.stdout.destroy();
    expect(await run.end).toMatchObject({ exitCode: 141, stderr: '' });
    const [id = ''] = await rig.containers();
    expect(await rig.tracker.wait(id, ['Running'])).toMatchObject({ jobName: 'writer' });
  });
});
