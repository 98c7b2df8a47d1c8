import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

/** Each open of a FIFO that waits keeps one of the four threads that all files of a process share. @source Node.js, UV_THREADPOOL_SIZE */
const MORE_THAN_THREADS = 8;

async function makeFifo(folder: string, name: string): Promise<string> {
  const path = join(folder, name);
  await promisify(execFile)('mkfifo', [path]);
  return path;
}

describe('a FIFO', () => {
  it('gives a job its input, and takes its output, as long as another process is there', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [inputPath, outputPath] = [await makeFifo(folder, 'in'), await makeFifo(folder, 'out')];
    const received = join(folder, 'received');
    const reader = spawn('sh', [
      '-c',
      'exec 3<>"$1"; echo ready; exec head -c 1048576 <&3 >"$2"',
      '',
      outputPath,
      received,
    ]);
    const read = once(reader, 'close');
    await once(reader.stdout, 'data');
    const id = await rig.tracker.addJob(rig.template(['cat'], { inputPath, outputPath }));
    await rig.tracker.wait(id, ['Running']);
    const bytes = Buffer.alloc(1_048_576, 'line\n');
    await writeFile(inputPath, bytes);
    expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ exitStatus: 0 });
    await read;
    expect((await readFile(received)).equals(bytes)).toBe(true);
  });

  it('that nobody reads is refused before anything is created, and keeps no file of the process waiting', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const outputPath = await makeFifo(folder, 'out');
    const attempts = Array.from({ length: MORE_THAN_THREADS }, () =>
      rig.tracker.addJob(rig.template(['true'], { outputPath })),
    );
    for (const attempt of await Promise.allSettled(attempts)) {
      expect(attempt).toMatchObject({
        reason: {
          code: 'InvalidArgument',
          message: expect.stringContaining(`no process reads the FIFO ${outputPath}`),
        },
      });
    }
    expect(rig.tracker.snapshot().size).toBe(0);
  });

  it('that nobody writes does not keep a job from its end, nor the tracker from closing', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const inputPath = await makeFifo(folder, 'in');
    const ids = await Promise.all(
      Array.from({ length: MORE_THAN_THREADS }, () => rig.tracker.addJob(rig.template(['true'], { inputPath }))),
    );
    for (const id of ids) expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ exitStatus: 0 });
    await writeFile(join(folder, 'other'), 'x');
    expect(await readFile(join(folder, 'other'), 'utf8')).toBe('x');
  });
});
