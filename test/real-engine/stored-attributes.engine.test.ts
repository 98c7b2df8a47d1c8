import type { ContainerInspect } from '@docker-tracker/engine-client';
import type { JobTemplate } from '@docker-tracker/tracker';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { run } from './onlooker.js';
import { IMAGE, Rig } from './rig.js';

type Row = readonly [template: Partial<JobTemplate>, stored: (job: ContainerInspect) => unknown, expected: unknown];

const limits = ({ HostConfig }: ContainerInspect): unknown =>
  HostConfig.Ulimits.map(({ Name, Soft, Hard }) => [Name, Soft, Hard]);

const ROWS: readonly Row[] = [
  [{ priority: 1024 }, ({ HostConfig }) => HostConfig.CpuShares, 2048],
  [{ priority: 7 }, ({ Config }) => Config.Labels.drmaa2_priority, '7'],
  [
    { deadlineTime: '2999-01-01T00:00:00.5Z' },
    ({ Config }) => Config.Labels.drmaa2_deadlinetime,
    '2999-01-01T00:00:00.5Z',
  ],
  [{ startTime: '2020-01-01T00:00:00Z' }, ({ Config }) => Config.Labels.drmaa2_starttime, '2020-01-01T00:00:00Z'],
  [{ extensionList: { ttl: '3600' } }, ({ Config }) => Config.Labels.drmaa2_ttl, '3600'],
  [{ priority: -512 }, ({ HostConfig }) => HostConfig.CpuShares, 512],
  [{ maxSlots: 1 }, ({ HostConfig }) => HostConfig.NanoCpus, 1_000_000_000],
  [{ minSlots: 1 }, ({ HostConfig }) => HostConfig.NanoCpus, 0],
  [{ minPhysMemory: 8192 }, ({ HostConfig }) => HostConfig.MemoryReservation, 8 * 1024 ** 2],
  [{ queueName: 'nightly' }, ({ Config }) => Config.Labels.drmaa2_queuename, 'nightly'],
  [{ accountingString: 'team 7' }, ({ Config }) => Config.Labels.drmaa2_accountingid, 'team 7'],
  [{ reRunnable: true }, ({ HostConfig }) => HostConfig.RestartPolicy.Name, expect.stringMatching(/^(?:no)?$/)],
  [{ resourceLimits: { CORE_FILE_SIZE: '0' } }, limits, [['core', 0, 0]]],
  [{ resourceLimits: { CPU_TIME: '60' } }, limits, [['cpu', 60, 62]]],
  // much less, and runc, which lives by it as well, cannot start the job
  [{ resourceLimits: { DATA_SIZE: '4194304' } }, limits, [['data', 4 * 1024 ** 3, 4 * 1024 ** 3]]],
  [{ resourceLimits: { FILE_SIZE: '1' } }, limits, [['fsize', 1024, 1024]]],
  [{ resourceLimits: { OPEN_FILES: '64' } }, limits, [['nofile', 64, 64]]],
  [{ resourceLimits: { STACK_SIZE: '1024' } }, limits, [['stack', 1024 ** 2, 1024 ** 2]]],
  [
    { resourceLimits: { VIRTUAL_MEMORY: '65536' } },
    ({ HostConfig }) => [HostConfig.Memory, HostConfig.MemorySwap],
    [64 * 1024 ** 2, 64 * 1024 ** 2],
  ],
  [{ resourceLimits: { WALLCLOCK_TIME: '60' } }, ({ Config }) => Config.Labels.drmaa2_wallclocklimit, '60'],
  [
    { workingDirectory: '$DRMAA2_HOME_DIR$/work', jobEnvironment: { HOME: '/srv' } },
    ({ Config }) => Config.WorkingDir,
    '/srv/work',
  ],
];

describe('what the engine stored of an attribute', () => {
  it.each(ROWS)('%j', async (template, stored, expected) => {
    await using rig = await Rig.open();
    const id = await rig.tracker.addJob(rig.template(['true'], template));
    await rig.tracker.wait(id, ['Done']);
    expect(stored(await rig.inspect(id))).toEqual(expected);
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
