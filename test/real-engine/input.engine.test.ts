import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { jobWhere } from './convergence.js';
import { engineHost, Rig } from './rig.js';
import { SUBMITTING_PROGRAM, SubmittingProcess } from './submitting-process.js';

const ENDS = ['Done', 'Failed'] as const;

describe('inputPath', () => {
  it('F12: gives a job every byte of the file and then the end of its input: wc -c of 1 MiB says 1048576', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [inputPath, outputPath] = [join(folder, 'in'), join(folder, 'out')];
    await writeFile(inputPath, Buffer.alloc(1_048_576, 'x'));
    const id = await rig.tracker.addJob(rig.template(['wc', '-c'], { inputPath, outputPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('1048576\n');
  });

  it('goes through a job byte for byte, while its output comes back', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [inputPath, outputPath] = [join(folder, 'in'), join(folder, 'out')];
    const bytes = randomBytes(8 * 1_048_576);
    await writeFile(inputPath, bytes);
    const id = await rig.tracker.addJob(rig.template(['cat'], { inputPath, outputPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(bytes.equals(await readFile(outputPath))).toBe(true);
  });

  it('is read by a job whose output nobody asked for', async () => {
    await using rig = await Rig.open();
    const inputPath = join(await rig.folder(), 'in');
    await writeFile(inputPath, 'hello\n');
    const id = await rig.tracker.addJob(rig.sh('read word; [ "$word" = hello ] && ! read more', { inputPath }));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
  });

  it('may be left unread: the job ends all the same, and its output is whole', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [inputPath, outputPath] = [join(folder, 'in'), join(folder, 'out')];
    await writeFile(inputPath, Buffer.alloc(32 * 1_048_576, 'line\n'));
    const id = await rig.tracker.addJob(rig.template(['head', '-n', '1'], { inputPath, outputPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('line\n');
    expect((await rig.tracker.jobInfo(id)).annotation).toBeUndefined();
  });

  it.each([['/dev/null'], [undefined]])('that is %s gives an empty input', async (inputPath) => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.sh('! read word', inputPath === undefined ? {} : { inputPath }));
    expect(await rig.tracker.wait(id, ['Done'])).toMatchObject({ exitStatus: 0 });
    expect((await rig.inspect(id)).Config.OpenStdin).toBe(false);
  });

  it('of a job that is held goes with the process that submitted it: released by another one it is cancelled, not run on nothing', async () => {
    await using rig = await Rig.open();
    const session = rig.owns('gone');
    const inputPath = join(await rig.folder(), 'in');
    await writeFile(inputPath, 'hello\n');
    await using process = await SubmittingProcess.start(
      session,
      rig.template(['cat'], { inputPath, submitAsHold: true }),
    );
    const tracker = await rig.another({ session });
    const id = process.id;
    expect(tracker.snapshot().get(id)?.state).toBe('QueuedHeld');
    await process.kill();
    await tracker.jobControl(id, 'release');
    expect(await tracker.wait(id, ENDS)).toMatchObject({ state: 'Failed', subState: 'cancelled' });
    await rig.eventsUpToNow();
    expect(rig.events.of(id, 'start')).toEqual([]);
  });

  it('of a job that is held is there when another tracker releases it, and the one that submitted it starts it', async () => {
    await using rig = await Rig.open();
    const other = await rig.another();
    const inputPath = join(await rig.folder(), 'in');
    await writeFile(inputPath, 'hello\n');
    const script = 'read word; [ "$word" = hello ]';
    const [id, array] = await Promise.all([
      rig.tracker.addJob(rig.sh(script, { inputPath, submitAsHold: true })),
      rig.tracker.addArrayJob(rig.sh(script, { inputPath }), { begin: 1, end: 4, maxParallel: 2 }),
    ]);
    await jobWhere(other, id, ({ state }) => state === 'QueuedHeld');
    await other.jobControl(id, 'release');
    for (const tracker of [rig.tracker, other]) {
      expect(await tracker.wait(id, ENDS)).toMatchObject({ exitStatus: 0 });
      expect((await tracker.waitArray(array)).map(({ exitStatus }) => exitStatus)).toEqual([0, 0, 0, 0]);
    }
  });

  it('of a job that waits ends with its tracker: the job is cancelled when that is closed', async () => {
    await using rig = await Rig.open();
    const other = await rig.another();
    const inputPath = join(await rig.folder(), 'in');
    await writeFile(inputPath, 'hello\n');
    const id = await rig.tracker.addJob(rig.template(['cat'], { inputPath, submitAsHold: true }));
    await rig.tracker.close();
    await jobWhere(other, id, ({ subState }) => subState === 'cancelled');
    expect((await rig.inspect(id)).State.StartedAt).toMatch(/^0001-/);
  });

  it('that is not there, or a folder, is refused before anything is created', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    for (const inputPath of [join(folder, 'missing'), folder]) {
      await expect(rig.tracker.addJob(rig.template(['cat'], { inputPath }))).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringMatching(/^inputPath cannot be opened for reading: .*(missing|is a folder)/) as string,
      });
    }
    expect(await rig.containers()).toEqual([]);
  });
});

describe('special output paths', () => {
  it('are the streams of the submitting process, which stay open, and nowhere', async () => {
    await using rig = await Rig.open();
    const run = async (more: object): Promise<{ stdout: string; stderr: string }> => {
      const template = JSON.stringify(rig.sh('echo to stdout; echo to stderr >&2', more));
      return promisify(execFile)(process.execPath, [SUBMITTING_PROGRAM, engineHost(), rig.session, template, 'wait']);
    };
    const straight = await run({ outputPath: '/dev/stdout', errorPath: '/dev/stderr' });
    expect(straight).toMatchObject({ stderr: 'to stderr\n', stdout: expect.stringContaining('to stdout\n') as string });
    // The program's own last word comes after the job's.
    expect(straight.stdout).toMatch(/\n\d+\n$/);
    const crossed = await run({ outputPath: '/dev/stderr', joinFiles: true });
    expect(crossed.stderr.split('\n').sort()).toEqual(['', 'to stderr', 'to stdout']);
    const dropped = await run({ outputPath: '/dev/null', errorPath: '/dev/null' });
    expect(dropped.stderr).toBe('');
    expect(dropped.stdout).not.toContain('to std');
  });
});
