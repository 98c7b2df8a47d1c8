import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { join, relative } from 'node:path';
import { filter, firstValueFrom } from 'rxjs';
import { describe, expect, it } from 'vitest';
import { engineHost, Rig } from './rig.js';
import { SubmittingProcess } from './submitting-process.js';

describe('stageInFiles', () => {
  it('copy: gives the job files and folders of its own, where folders on the way are missing as well', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await mkdir(join(folder, 'tree', 'sub'), { recursive: true });
    await writeFile(join(folder, 'tree', 'run.sh'), '#!/bin/sh\necho ran\n');
    await chmod(join(folder, 'tree', 'run.sh'), 0o755);
    await symlink('../run.sh', join(folder, 'tree', 'sub', 'link'));
    await writeFile(join(folder, 'data'), Buffer.alloc(3 * 1_048_576, 'd'));
    const outputPath = join(folder, 'out');
    const stageInFiles = {
      [relative(process.cwd(), join(folder, 'data'))]: 'copy:/not/there/yet/data.bin',
      [join(folder, 'tree')]: `copy:/srv/${'long-name-'.repeat(15)}`,
    };
    const script = 'wc -c < /not/there/yet/data.bin; cd /srv/long*; sub/link; echo changed > run.sh; stat -c %a /tmp';
    const id = await rig.tracker.addJob(rig.sh(script, { stageInFiles, outputPath }));
    await rig.tracker.wait(id, ['Done']);
    // The mode of a folder that was there is as it was.
    expect(await readFile(outputPath, 'utf8')).toBe('3145728\nran\n1777\n');
    expect(await readFile(join(folder, 'tree', 'run.sh'), 'utf8')).toContain('echo ran');
    expect((await rig.inspect(id)).HostConfig.Binds).toEqual([]);
  });

  it('a copy of what is not there, or cannot be copied, is refused and nothing stays', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const add = (source: string): Promise<string> =>
      rig.tracker.addJob(rig.template(['true'], { stageInFiles: { [source]: 'copy:/in' } }));
    await expect(add(join(folder, 'missing'))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringMatching(/stageInFiles: .*missing/) as string,
    });
    await expect(add('/dev/zero')).rejects.toMatchObject({ code: 'InvalidArgument' });
    expect(await rig.containers()).toEqual([]);
  });

  it('ro: mounts what the job cannot change, volume: what stays with the engine', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await writeFile(join(folder, 'f'), 'mine');
    const volume = `${rig.session}-volume`;
    await using _removed = removedVolume(volume);
    const stageInFiles = { [folder]: 'ro:/in', [volume]: 'volume:/keep' };
    const first = await rig.tracker.addJob(rig.sh('cp /in/f /keep/f && ! touch /in/g', { stageInFiles }));
    expect(await rig.tracker.wait(first, ['Done'])).toMatchObject({ exitStatus: 0 });
    expect((await rig.inspect(first)).HostConfig.Binds).toEqual([`${folder}:/in:ro`, `${volume}:/keep`]);
    const second = await rig.tracker.addJob(
      rig.sh('[ "$(cat /keep/f)" = mine ]', { stageInFiles: { [volume]: 'volume:/keep:ro' } }),
    );
    expect(await rig.tracker.wait(second, ['Done'])).toMatchObject({ exitStatus: 0 });
    for (const id of [first, second]) await rig.tracker.deleteJob(id);
  });
});

/** Removes the volume in the end; the engine client knows none. */
function removedVolume(name: string): AsyncDisposable {
  return {
    [Symbol.asyncDispose]: async () => {
      const socketPath = engineHost().replace(/^unix:\/\//, '');
      const removal = request({ socketPath, method: 'DELETE', path: `/volumes/${name}` });
      removal.end();
      const [answer] = (await once(removal, 'response')) as [IncomingMessage];
      answer.resume();
      expect(answer.statusCode).toBe(204);
    },
  };
}

describe('stageOutFiles', () => {
  const SCRIPT =
    'mkdir -p /result/sub; echo one > /result/a; dd if=/dev/zero of=/result/sub/big bs=1048576 count=4 2>/dev/null; ln -s ../a /result/sub/link; echo alone > /tmp/file; exit 3';

  it.each([['the container stays'], ['rm takes it away afterwards']])(
    'are there when wait resolves; %s',
    async (which) => {
      await using rig = await Rig.open();
      const folder = await rig.folder();
      const stageOutFiles = {
        '/result': join(folder, 'tree'),
        '/tmp/file': relative(process.cwd(), join(folder, 'f')),
      };
      const extensionList = { rm: String(which.startsWith('rm')) };
      const id = await rig.tracker.addJob(rig.sh(SCRIPT, { stageOutFiles, extensionList }));
      expect(await rig.tracker.wait(id, ['Failed'])).toMatchObject({ exitStatus: 3 });
      expect((await readdir(folder)).sort()).toEqual(['f', 'tree']);
      expect(await readFile(join(folder, 'f'), 'utf8')).toBe('alone\n');
      expect((await stat(join(folder, 'tree', 'sub', 'big'))).size).toBe(4 * 1_048_576);
      expect(await readFile(join(folder, 'tree', 'sub', 'link'), 'utf8')).toBe('one\n');
      expect(await rig.containers()).toEqual(which.startsWith('rm') ? [] : [id]);
      expect(await rig.tracker.jobInfo(id)).toMatchObject({ state: 'Failed', exitStatus: 3 });
    },
  );

  it('are copied before deleteJob removes the container', async () => {
    await using rig = await Rig.open();
    const target = join(await rig.folder(), 'f');
    const id = await rig.waiter(0, { stageOutFiles: { '/etc/passwd': target } });
    const ended = rig.tracker.wait(id, ['Done']);
    const left = await rig.engine.containers.wait(id, { condition: 'not-running' });
    await rig.engine.containers.kill(id, { signal: 'SIGUSR1' });
    await left.exited;
    await firstValueFrom(rig.tracker.job$(id).pipe(filter(({ state }) => state === 'Done')));
    await rig.tracker.deleteJob(id);
    expect(await readFile(target, 'utf8')).toContain('root');
    await ended;
  });

  it('that are not there are told of, and the others are copied', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const stageOutFiles = { '/no/such': join(folder, 'a'), '/etc/passwd': join(folder, 'b') };
    const id = await rig.tracker.addJob(rig.template(['true'], { stageOutFiles }));
    await rig.tracker.wait(id, ['Done']);
    expect((await rig.tracker.jobInfo(id)).annotation).toMatch(/\/no\/such was not copied to .*a: /);
    expect(await readdir(folder)).toEqual(['b']);
  });

  it('of a hostile job touch nothing outside their target', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    await writeFile(join(folder, 'precious'), 'safe');
    const script = `mkdir /result; ln -s ../precious /result/up; ln -s /etc/passwd /result/abs; mknod /result/pipe p; ln -s ${folder}/precious /single`;
    const stageOutFiles = { '/result': join(folder, 'tree'), '/single': join(folder, 'single') };
    const id = await rig.tracker.addJob(rig.sh(script, { stageOutFiles }));
    await rig.tracker.wait(id, ['Done']);
    const { annotation } = await rig.tracker.jobInfo(id);
    expect(annotation).toMatch(/\/result was not copied .* is refused/);
    expect(annotation).toMatch(/\/single was not copied .* is refused/);
    expect(await readFile(join(folder, 'precious'), 'utf8')).toBe('safe');
    expect(existsSync(join(folder, 'single'))).toBe(false);
  });

  it('to a folder that is not there are refused before anything is created', async () => {
    await using rig = await Rig.open();
    const stageOutFiles = { '/etc/passwd': join(await rig.folder(), 'no', 'such', 'f') };
    await expect(rig.tracker.addJob(rig.template(['true'], { stageOutFiles }))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('stageOutFiles') as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it('are copied by the next tracker when the embedding process was killed, and rm is made good', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const stageOutFiles = { '/tmp/f': join(folder, 'f') };
    const session = `${rig.session}-killed`;
    const script = `trap 'go=1' USR1; while [ -z "$go" ]; do sleep 600 & wait $!; done; echo result > /tmp/f`;
    const template = rig.sh(script, { stageOutFiles, extensionList: { rm: 'true' } });
    const submitter = await SubmittingProcess.start(session, template);
    await submitter.kill();
    const wait = await rig.engine.containers.wait(submitter.id, { condition: 'not-running' });
    await rig.engine.containers.kill(submitter.id, { signal: 'SIGUSR1' });
    await wait.exited;
    const next = await rig.another({ session });
    await next.wait(submitter.id, ['Done']);
    expect(await readFile(join(folder, 'f'), 'utf8')).toBe('result\n');
    expect(await readdir(folder)).toEqual(['f']);
    await expect(rig.inspect(submitter.id)).rejects.toMatchObject({ status: 404 });
  });
});
