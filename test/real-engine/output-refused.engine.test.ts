import { link, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JobTemplate } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { Rig } from './rig.js';

type Asked = (file: string, other: string) => Partial<JobTemplate>;

const OVER_ITS_INPUT: readonly (readonly [title: string, attribute: string, asked: Asked])[] = [
  ['the file that it reads', 'inputPath', (file) => ({ inputPath: file, outputPath: file })],
  ['it by a link', 'inputPath', (file, other) => ({ inputPath: file, outputPath: other })],
  ['it by a link to read', 'inputPath', (file, other) => ({ inputPath: other, outputPath: file })],
  ['it with its errors', 'inputPath', (file) => ({ inputPath: file, errorPath: file })],
  ['the file that is copied in', 'stageInFiles', (file) => ({ stageInFiles: { [file]: 'copy:/x' }, outputPath: file })],
];

describe('a job whose output would go over', () => {
  it.each(OVER_ITS_INPUT)('%s is refused, and the file is as it was', async (_, attribute, asked) => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [file, other] = [join(folder, 'in'), join(folder, 'link')];
    await writeFile(file, 'precious\n');
    await symlink(file, other);
    const before = await readdir(folder);
    await expect(rig.tracker.addJob(rig.template(['cat'], asked(file, other)))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(new RegExp(`^${attribute} names the file`)) as string,
    });
    expect([await readFile(file, 'utf8'), await readdir(folder), await rig.containers()]).toEqual([
      'precious\n',
      before,
      [],
    ]);
  });

  it('it by a second name of the same file is refused as well', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await writeFile(join(folder, 'in'), 'precious\n');
    await link(join(folder, 'in'), join(folder, 'name'));
    const paths = { inputPath: join(folder, 'in'), outputPath: join(folder, 'name') };
    await expect(rig.tracker.addJob(rig.template(['cat'], paths))).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(await readFile(join(folder, 'in'), 'utf8')).toBe('precious\n');
  });

  it('what is copied out is refused', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    const template = rig.template(['true'], { outputPath, stageOutFiles: { '/etc/passwd': outputPath } });
    await expect(rig.tracker.addJob(template)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('is where the output of the job goes') as string,
    });
  });
});

describe('a job that is refused', () => {
  it('leaves an output file as it was, and none that was not there', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await writeFile(join(folder, 'old'), 'results of yesterday\n');
    for (const name of ['old', 'new']) {
      const paths = { outputPath: join(folder, name), errorPath: join(folder, 'missing', 'err') };
      await expect(rig.tracker.addJob(rig.template(['true'], paths))).rejects.toMatchObject({
        code: 'InvalidArgument',
        message: expect.stringContaining('errorPath cannot be opened') as string,
      });
    }
    expect(await readdir(folder)).toEqual(['old']);
    expect(await readFile(join(folder, 'old'), 'utf8')).toBe('results of yesterday\n');
  });

  it('since it cannot start leaves no output file that was not there', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const template = rig.template(['/no/such/command'], { outputPath: join(folder, 'new') });
    await expect(rig.tracker.addJob(template)).rejects.toMatchObject({ name: 'Drmaa2Error' });
    expect([await readdir(folder), await rig.containers()]).toEqual([[], []]);
  });
});
