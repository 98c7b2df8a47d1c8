import { describe, expect, it } from 'vitest';
import { jobWhere, TransitionLog } from './convergence.js';
import { outputText } from './onlooker.js';
import { IMAGE, Rig, TEMPLATE_LABEL } from './rig.js';

describe('a tracker that is opened again', () => {
  it('finds a job Suspended that was stopped by a signal, and resumes it', async () => {
    await using rig = await Rig.open();
    const id = await rig.sleeper();
    await rig.tracker.jobControl(id, 'suspend');
    await rig.tracker.close();
    const later = await rig.another();
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Suspended', subState: 'stopped' });
    await later.jobControl(id, 'resume');
    expect((await later.jobState(id)).state).toBe('Running');
  });

  it('finds a job Suspended that was paused, and resumes it', async () => {
    await using rig = await Rig.open({ suspend: 'pause' });
    const id = await rig.sleeper();
    await rig.tracker.jobControl(id, 'suspend');
    await rig.tracker.close();
    const later = await rig.another();
    expect(later.snapshot().get(id)).toMatchObject({ state: 'Suspended', subState: 'paused' });
    await later.jobControl(id, 'resume');
    expect((await later.jobState(id)).state).toBe('Running');
  });

  it('finds running and ended jobs, their templates, their output and the arrays', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('echo "task $TASK_ID"; exit $((TASK_ID - 1))', { jobName: 'task' });
    const arrayId = await rig.tracker.addArrayJob(template, { begin: 1, end: 5, step: 2 });
    const ids = rig.tracker.listArrayJobs(arrayId);
    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    const running = await rig.sleeper();
    await rig.tracker.close();
    const later = await rig.another();
    expect([...later.listJobs()].sort()).toEqual([...ids, running].sort());
    expect(later.arrays().map(({ arrayJobId }) => arrayJobId)).toEqual([arrayId]);
    const jobs = ids.map((id) => later.snapshot().get(id));
    expect(jobs.map((job) => [job?.taskIndex, job?.state, job?.exitStatus])).toEqual([
      [1, 'Done', 0],
      [3, 'Failed', 2],
      [5, 'Failed', 4],
    ]);
    const JOB_ID = later.arrays()[0]?.arrayKey;
    for (const [place, id] of ids.entries()) {
      const index = String(1 + 2 * place);
      expect(await outputText(later, id)).toEqual({ stdout: `task ${index}\n`, stderr: '' });
      expect(await later.jobTemplate(id)).toEqual({ ...template, jobEnvironment: { TASK_ID: index, JOB_ID } });
    }
    expect((await later.jobState(running)).state).toBe('Running');
  });
});

describe('a container of the Go tracker', () => {
  const goTemplate = {
    remoteCommand: '/bin/sleep',
    args: ['600'],
    jobEnvironment: { k: 'v' },
    jobCategory: IMAGE,
    startTime: '0001-01-01T00:00:00Z',
    deadlineTime: '0001-01-01T00:00:00Z',
    extension: { extensionList: { user: 'nobody' } },
  };
  const Labels = { [TEMPLATE_LABEL]: Buffer.from(JSON.stringify(goTemplate)).toString('base64') };

  it('is Undetermined while it is created, then Running, and is controlled and read as the others are', async () => {
    await using rig = await Rig.open();
    const { tracker } = rig;
    const log = new TransitionLog(tracker);
    const id = await rig.create({ Labels });
    expect(await tracker.jobState(id)).toEqual({ state: 'Undetermined', subState: 'created' });
    expect(await tracker.jobTemplate(id)).toEqual({
      remoteCommand: '/bin/sleep',
      args: ['600'],
      jobEnvironment: { k: 'v' },
      jobCategory: IMAGE,
      extensionList: { user: 'nobody' },
    });
    await rig.engine.containers.start(id);
    await tracker.wait(id, ['Running']);
    await tracker.jobControl(id, 'suspend');
    await tracker.jobControl(id, 'resume');
    await tracker.jobControl(id, 'terminate');
    expect(log.states(id)).toEqual(['Running', 'Suspended', 'Running', 'Failed']);
    await tracker.deleteJob(id);
    expect(await rig.containers()).toEqual([]);
  });

  it('that was never started is terminated by its removal, since its name is not ours to change', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Labels });
    await rig.tracker.jobControl(id, 'terminate');
    expect(await rig.containers()).toEqual([]);
    expect(rig.tracker.listJobs()).toEqual([]);
  });
});

describe('a stranger’s container with the session’s label', () => {
  it('is a job without a template', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Cmd: ['true'] });
    await expect(rig.tracker.jobTemplate(id)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: `job ${id} carries no template: its label ${TEMPLATE_LABEL} is missing`,
    });
    await rig.engine.containers.start(id);
    await jobWhere(rig.tracker, id, ({ state }) => state === 'Done');
    expect(await rig.tracker.jobInfo(id)).toMatchObject({ slots: 1, exitStatus: 0 });
  });

  it('may carry labels that hide what its events say', async () => {
    await using rig = await Rig.open();
    const id = await rig.create({ Cmd: ['sh', '-c', 'exit 9'], Labels: { exitCode: '0', signal: '19', name: 'x' } });
    await rig.engine.containers.start(id);
    expect(await rig.tracker.wait(id, ['Done', 'Failed'])).toMatchObject({ state: 'Failed', exitStatus: 9 });
    expect((await rig.inspect(id)).Name).toBe(`/${rig.tracker.snapshot().get(id)?.containerName ?? ''}`);
  });
});
