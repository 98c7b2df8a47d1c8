import { readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { DockerTracker } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { engineHost, IMAGE, Rig } from './rig.js';

/** What the Go tracker's Docker tests state, with its image in place of alpine and a closed tracker as "zero value". */
describe('the Go tracker’s Docker tests', () => {
  it('D1: a tracker opens where the engine is reachable', async () => {
    await using tracker = await DockerTracker.open({ session: '', host: engineHost() });
    expect(tracker).toBeInstanceOf(DockerTracker);
  });

  it('D2: a live tracker lists job categories', async () => {
    await using rig = await Rig.open();
    expect(await rig.tracker.listJobCategories()).toContain(IMAGE);
  });

  it('D3: a closed tracker refuses to list job categories', async () => {
    await using rig = await Rig.open();
    await rig.tracker.close();
    await expect(rig.tracker.listJobCategories()).rejects.toMatchObject({ code: 'InvalidSession' });
  });

  it('D4: a job with a relative stage-in file and an environment is Running at once', async () => {
    await using rig = await Rig.open();
    const file = join(await rig.folder(), 'README.md');
    await writeFile(file, 'read me');
    const id = await rig.tracker.addJob(
      rig.template(['/bin/sleep', '1'], {
        stageInFiles: { [relative(process.cwd(), file)]: '/README.md' },
        jobEnvironment: { test: 'value' },
      }),
    );
    expect(id).toMatch(/^[0-9a-f]{64}$/);
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Running', subState: '' });
  });

  it('D5: the same without a job category is refused', async () => {
    await using rig = await Rig.open();
    const { jobCategory: _, ...template } = rig.template(['/bin/sleep', '1']);
    await expect(rig.tracker.addJob(template)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('jobCategory') as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it('D6: an output file holds the output as soon as wait resolves', async () => {
    await using rig = await Rig.open();
    const file = join(await rig.folder(), 'testfile');
    const id = await rig.tracker.addJob(rig.sh('echo prost', { outputPath: relative(process.cwd(), file) }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(file, 'utf8')).toBe('prost\n');
  });

  it('D7: an error file holds what the job complained about', async () => {
    await using rig = await Rig.open();
    const file = join(await rig.folder(), 'errtestfile');
    const id = await rig.tracker.addJob(rig.sh('date illegal', { errorPath: relative(process.cwd(), file) }));
    await rig.tracker.wait(id, ['Done', 'Failed'], { timeoutMs: 60_000 });
    expect(await readFile(file, 'utf8')).toContain('date: invalid date');
  });

  it('D8: an array of ten lists ten jobs', async () => {
    await using rig = await Rig.open();
    const arrayId = await rig.tracker.addArrayJob(rig.template(['/bin/sleep', '1']), {
      begin: 1,
      end: 10,
      step: 1,
      maxParallel: 0,
    });
    const ids = rig.tracker.listArrayJobs(arrayId);
    expect(new Set(ids).size).toBe(10);
    expect([...(await rig.containers())].sort()).toEqual([...ids].sort());
  });

  it('D9: a job is Running right after its submission and Done after the wait', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['/bin/sleep', '1']));
    expect((await rig.tracker.jobState(id)).state).toBe('Running');
    await rig.tracker.wait(id, ['Failed', 'Done']);
    expect((await rig.tracker.jobState(id)).state).toBe('Done');
  });

  it('D10: a terminated job is Failed at once, and Undetermined once it is deleted', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['/bin/sleep', '60']));
    await rig.tracker.jobControl(id, 'terminate');
    expect((await rig.tracker.jobState(id)).state).toBe('Failed');
    await rig.tracker.deleteJob(id);
    expect(await rig.tracker.jobState(id)).toEqual({ state: 'Undetermined', subState: 'unknown' });
  });

  it('D11: a tracker of the session without a name lists jobs', async () => {
    await using tracker = await DockerTracker.open({ session: '', host: engineHost() });
    expect(Array.isArray(tracker.listJobs())).toBe(true);
  });

  it('D12: a closed tracker refuses to list jobs', async () => {
    await using rig = await Rig.open();
    await rig.tracker.close();
    expect(() => rig.tracker.listJobs()).toThrow(expect.objectContaining({ code: 'InvalidSession' }));
  });

  it('D13: a job is listed until it is deleted, not until it ends', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['/bin/sleep', '1']));
    expect(rig.tracker.listJobs()).toEqual([id]);
    await rig.tracker.wait(id, ['Done']);
    expect(rig.tracker.listJobs()).toEqual([id]);
    await rig.tracker.deleteJob(id);
    expect(rig.tracker.listJobs()).toEqual([]);
  });

  it('D14: a template comes back as it was given, unknown extensions included', async () => {
    await using rig = await Rig.open();
    const template = rig.template(['/bin/sleep', '1'], {
      outputPath: '/dev/stdout',
      errorPath: '/dev/stderr',
      extensionList: { some: 'extension' },
    });
    const id = await rig.tracker.addJob(template);
    expect(await rig.tracker.jobTemplate(id)).toEqual(template);
    await rig.tracker.wait(id, ['Done']);
    await rig.tracker.deleteJob(id);
  });

  it('D15: an existing empty output file holds exactly the output', async () => {
    await using rig = await Rig.open();
    const outputPath = join(await rig.folder(), 'out');
    await writeFile(outputPath, '');
    const id = await rig.tracker.addJob(rig.template(['/bin/echo', 'test'], { outputPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('test\n');
  });

  it('D16: an error file alone holds exactly what went to standard error', async () => {
    await using rig = await Rig.open();
    const errorPath = join(await rig.folder(), 'err');
    const id = await rig.tracker.addJob(rig.sh('echo test 1>&2', { errorPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(errorPath, 'utf8')).toBe('test\n');
  });

  it('D17: two files hold one stream each', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const [outputPath, errorPath] = [join(folder, 'out'), join(folder, 'err')];
    const id = await rig.tracker.addJob(rig.sh('echo test; echo testtest 1>&2', { outputPath, errorPath }));
    await rig.tracker.wait(id, ['Done']);
    expect(await readFile(outputPath, 'utf8')).toBe('test\n');
    expect(await readFile(errorPath, 'utf8')).toBe('testtest\n');
  });
});
