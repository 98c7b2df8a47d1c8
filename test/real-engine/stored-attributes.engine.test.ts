import type { JobTemplate } from '@docker-tracker/tracker';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ATTRIBUTE_ROWS } from './attribute-rows.js';
import { createdBy, type Asked, type Stored } from './created-by.js';
import { outputText, run } from './onlooker.js';
import { IMAGE, Rig } from './rig.js';

const ROWS = Object.entries(ATTRIBUTE_ROWS).flatMap(([attribute, rows]) =>
  rows.map(([asked, stored]: readonly [Asked, Stored | { readonly refused: string }], index) => ({
    title: `${attribute}, ${String(index + 1)} of ${String(rows.length)}`,
    asked,
    stored,
  })),
);

describe('what the engine stored of an attribute', () => {
  it.each(ROWS)('$title', async ({ asked, stored }) => {
    if ('refused' in stored) {
      await expect(createdBy(asked)).rejects.toMatchObject({ code: 'UnsupportedAttribute' });
      await expect(createdBy(asked)).rejects.toThrow(stored.refused);
      return;
    }
    const [read, expected] = stored;
    expect(read(await createdBy(asked))).toEqual(expected);
  });

  it('is TASK_ID and JOB_ID for each task of an array: its index, and the key that the tasks have in common', async () => {
    await using rig = await Rig.open();
    const jobEnvironment = { TASK_ID: 'mine', KEPT: 'yes' };
    const template = rig.sh('echo "$TASK_ID $JOB_ID $KEPT"', { jobEnvironment });
    const id = await rig.tracker.addArrayJob(template, { begin: 2, end: 4, step: 2 });
    const [array] = rig.tracker.arrays();
    expect(array?.arrayJobId).toBe(id);
    for (const [position, task] of rig.tracker.listArrayJobs(id).entries()) {
      const index = String(2 + 2 * position);
      expect((await rig.inspect(task)).Config.Env).toEqual(
        expect.arrayContaining([`TASK_ID=${index}`, `JOB_ID=${String(array?.arrayKey)}`, 'KEPT=yes']),
      );
      await rig.tracker.wait(task, ['Done']);
      expect((await outputText(rig.tracker, task)).stdout).toBe(`${index} ${String(array?.arrayKey)} yes\n`);
    }
    expect(template.jobEnvironment).toBe(jobEnvironment);
    expect(jobEnvironment).toEqual({ TASK_ID: 'mine', KEPT: 'yes' });
  });

  it('lets a job start, every limit included', async () => {
    await using rig = await Rig.open();
    const resourceLimits = {
      ...{ CORE_FILE_SIZE: '0', CPU_TIME: '60', FILE_SIZE: '1024', OPEN_FILES: '64', STACK_SIZE: '1024' },
      // much less, and runc, which lives by it as well, cannot start the job
      ...{ DATA_SIZE: '4194304', VIRTUAL_MEMORY: '65536', WALLCLOCK_TIME: '60' },
    };
    const script = 'ulimit -c; ulimit -t; ulimit -f; ulimit -n; ulimit -s; ulimit -d';
    const template = rig.sh(script, { resourceLimits, minPhysMemory: 8192, maxSlots: 1, priority: 1 });
    expect(await run(rig.tracker, template)).toBe('0\n60\n2048\n64\n1024\n4194304\n');
  });

  it('jobInfo tells queueName and slots', async () => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['true'], { queueName: 'nightly', minSlots: 1, maxSlots: 64 }));
    expect(await rig.tracker.jobInfo(id)).toMatchObject({ queueName: 'nightly', slots: 1 });
    const { NCPU } = await rig.engine.info();
    expect((await rig.inspect(id)).HostConfig.NanoCpus).toBe(Math.min(64, NCPU) * 1_000_000_000);
  });

  it('FILE_SIZE lets no file grow beyond it', async () => {
    await using rig = await Rig.open();
    const template = rig.sh('head -c 4096 /dev/zero >/tmp-file 2>/dev/null; wc -c </tmp-file', {
      resourceLimits: { FILE_SIZE: '1' },
    });
    expect((await run(rig.tracker, template)).trim()).toBe('1024');
  });

  it('the index of an array’s task and the folder of the process are replaced in paths', async () => {
    await using rig = await Rig.open();
    const folder = await rig.folder();
    const outputPath = join(folder, 'out.$DRMAA2_INDEX$');
    const template = rig.sh('echo "$TASK_ID"; pwd', { outputPath, workingDirectory: '/task-$DRMAA2_INDEX$' });
    const ids = rig.tracker.listArrayJobs(await rig.tracker.addArrayJob(template, { begin: 3, end: 5 }));
    for (const [position, id] of ids.entries()) {
      await rig.tracker.wait(id, ['Done']);
      const index = String(position + 3);
      expect(await readFile(join(folder, `out.${index}`), 'utf8')).toBe(`${index}\n/task-${index}\n`);
    }
    expect(template.outputPath).toBe(outputPath);
  });

  it.each<[Partial<JobTemplate>, string, string]>([
    [{ minSlots: 100_000 }, 'InvalidArgument', 'minSlots is 100000; accepted: at most '],
    [{ minPhysMemory: 2 ** 40 }, 'InvalidArgument', 'minPhysMemory is 1099511627776; accepted: at most '],
    [
      { minPhysMemory: 8192, extensionList: { memory: '7m' } },
      'InvalidArgument',
      'minPhysMemory is 8192 KiB, more than',
    ],
    [{ priority: -1023 }, 'InvalidArgument', 'priority is -1023; accepted: a whole number from -1022 to 261120'],
    [
      { maxSlots: 1, minSlots: 2 },
      'InvalidArgument',
      'maxSlots is 1; accepted: a whole number from 1, not below minSlots',
    ],
    [{ minSlots: 2, extensionList: { cpus: '1' } }, 'InvalidArgument', 'extension cpus is less than minSlots'],
    [
      { resourceLimits: { RSS: '1' } },
      'UnsupportedAttribute',
      'resourceLimits has the key "RSS"; known: CORE_FILE_SIZE',
    ],
    [
      { resourceLimits: { CPU_TIME: '0' } },
      'InvalidArgument',
      'resourceLimits[CPU_TIME] is "0"; accepted: a whole number from 1, seconds',
    ],
    [
      { resourceLimits: { CPU_TIME: '1' }, extensionList: { ulimit: 'cpu=2' } },
      'InvalidArgument',
      'resourceLimits[CPU_TIME] excludes',
    ],
    [
      { resourceLimits: { VIRTUAL_MEMORY: '8192' }, extensionList: { memory: '8m' } },
      'InvalidArgument',
      'resourceLimits[VIRTUAL_MEMORY] excludes',
    ],
    [{ reservationID: 'r1' }, 'UnsupportedAttribute', 'reservationID is not supported'],
    [{ email: ['me@example.org'] }, 'UnsupportedAttribute', 'email is not supported'],
    [{ emailOnStarted: true }, 'UnsupportedAttribute', 'emailOnStarted is not supported'],
    [{ emailOnTerminated: true }, 'UnsupportedAttribute', 'emailOnTerminated is not supported'],
    [
      { outputPath: '/tmp/$DRMAA2_INDEX$' },
      'InvalidArgument',
      'outputPath is "/tmp/$DRMAA2_INDEX$"; accepted: $DRMAA2_INDEX$ in the tasks',
    ],
    [{ outputPath: '/tmp/$DRMAA2_HOME_DIR$' }, 'InvalidArgument', 'at the beginning only'],
    [{ workingDirectory: '$DRMAA2_HOME_DIR$' }, 'InvalidArgument', 'where jobEnvironment names the job’s HOME'],
    [{ workingDirectory: '$DRMAA2_WORKING_DIR$' }, 'InvalidArgument', 'workingDirectory is "$DRMAA2_WORKING_DIR$"'],
  ])('%j is refused by name, and leaves nothing', async (template, code, message) => {
    await using rig = await Rig.open();
    await expect(rig.tracker.addJob({ jobCategory: IMAGE, remoteCommand: 'true', ...template })).rejects.toMatchObject({
      code,
      message: expect.stringContaining(message) as string,
    });
    expect(await rig.containers()).toEqual([]);
  });
});
