import { basename } from 'node:path';
import type { ContainerInspect } from '@docker-tracker/engine-client';
import type { JobTemplate } from '@docker-tracker/tracker';
import { expect } from 'vitest';
import type { Asked, Stored } from './created-by.js';
import { IMAGE } from './rig.js';

/** `refused`: the beginning of what is said instead of storing anything. */
type AttributeRow = readonly [asked: Asked, stored: Stored | { readonly refused: string }];

const label =
  (name: string) =>
  ({ Config }: ContainerInspect): string | undefined =>
    Config.Labels[name];

const limits = ({ HostConfig }: ContainerInspect): unknown =>
  HostConfig.Ulimits.map(({ Name, Soft, Hard }) => [Name, Soft, Hard]);

/** A field of the template that rides on the container, as the Go tracker spells it. */
const inTemplate =
  (field: string) =>
  ({ Config }: ContainerInspect): unknown => {
    const json = Buffer.from(Config.Labels.drmaa2jobtemplate ?? '', 'base64').toString();
    return (JSON.parse(json) as Record<string, unknown>)[field];
  };

/** The files that any tracker of the session completes, by their last name. */
const files = ({ Config }: ContainerInspect): unknown =>
  JSON.parse(Config.Labels.drmaa2_files ?? '{}', (key, value: unknown) =>
    typeof value === 'string' && key !== 'source' ? basename(value) : value,
  );

const output = (container: ContainerInspect): unknown => (files(container) as { readonly output: unknown }).output;

const MIB = 1024 ** 2;

/** Each attribute of a template with what the engine stores of it. One without a row does not compile. */
export const ATTRIBUTE_ROWS = {
  remoteCommand: [[{ remoteCommand: '/bin/echo' }, [({ Config }) => Config.Cmd, ['/bin/echo']]]],
  args: [[{ args: ['two words', ''] }, [({ Config }) => Config.Cmd, ['true', 'two words', '']]]],
  submitAsHold: [
    [
      { submitAsHold: true, jobName: 'later' },
      [
        ({ Name, State }) => [Name, State.Status],
        [expect.stringMatching(/^\/later\.held-[0-9a-f]{16}$/) as string, 'created'],
      ],
    ],
  ],
  reRunnable: [
    [{ reRunnable: true }, [inTemplate('reRunnable'), true]],
    [
      { reRunnable: true },
      [({ HostConfig }) => HostConfig.RestartPolicy.Name, expect.stringMatching(/^(?:no)?$/) as string],
    ],
  ],
  jobEnvironment: [
    [
      { jobEnvironment: { b: '2', a: '=1', C: 'ü' } },
      [({ Config }) => Config.Env.filter((entry) => !entry.startsWith('PATH=')), ['C=ü', 'a==1', 'b=2']],
    ],
  ],
  workingDirectory: [
    [{ workingDirectory: '/srv/data' }, [({ Config }) => Config.WorkingDir, '/srv/data']],
    [
      { workingDirectory: '$DRMAA2_HOME_DIR$/work', jobEnvironment: { HOME: '/srv' } },
      [({ Config }) => Config.WorkingDir, '/srv/work'],
    ],
  ],
  jobCategory: [[{ jobCategory: IMAGE }, [({ Config }) => Config.Image, IMAGE]]],
  // the tracker's notifier is told; whoever opens the session reads there whom to tell
  email: [[{ email: ['me@example.org'] }, [inTemplate('email'), ['me@example.org']]]],
  emailOnStarted: [[{ emailOnStarted: true }, [inTemplate('emailOnStarted'), true]]],
  emailOnTerminated: [[{ emailOnTerminated: true }, [inTemplate('emailOnTerminated'), true]]],
  jobName: [
    [{ jobName: 'my job.1' }, [label('drmaa2_jobname'), 'my job.1']],
    // with a suffix where another container has the name
    [{ jobName: 'my job.1' }, [({ Name }) => Name, expect.stringMatching(/^\/my-job-1(?:-[0-9a-f]{16})?$/) as string]],
  ],
  inputPath: [
    [{ inputPath: '/etc/hostname' }, [({ Config }) => [Config.OpenStdin, Config.StdinOnce], [true, true]]],
    [{ inputPath: '/dev/null' }, [({ Config }) => Config.OpenStdin, false]],
  ],
  outputPath: [
    [(folder) => ({ outputPath: `${folder}/out` }), [output, { stdout: 'out', joined: false }]],
    [{ outputPath: '/dev/null' }, [output, { stdout: 'null', joined: false }]],
  ],
  errorPath: [[(folder) => ({ errorPath: `${folder}/err` }), [output, { stderr: 'err', joined: false }]]],
  joinFiles: [
    [
      (folder) => ({ outputPath: `${folder}/out`, errorPath: `${folder}/err`, joinFiles: true }),
      [output, { stdout: 'out', stderr: 'out', joined: true }],
    ],
  ],
  reservationID: [[{ reservationID: 'r1' }, { refused: 'reservationID is not supported' }]],
  queueName: [[{ queueName: 'nightly' }, [label('drmaa2_queuename'), 'nightly']]],
  minSlots: [[{ minSlots: 1 }, [({ HostConfig }) => HostConfig.NanoCpus, 0]]],
  maxSlots: [[{ maxSlots: 1 }, [({ HostConfig }) => HostConfig.NanoCpus, 1_000_000_000]]],
  priority: [
    [{ priority: 1024 }, [({ HostConfig }) => HostConfig.CpuShares, 2048]],
    [{ priority: -512 }, [({ HostConfig }) => HostConfig.CpuShares, 512]],
    [{ priority: 7 }, [label('drmaa2_priority'), '7']],
  ],
  candidateMachines: [[{ candidateMachines: ['node-7'] }, [({ Config }) => Config.Hostname, 'node-7']]],
  minPhysMemory: [[{ minPhysMemory: 8192 }, [({ HostConfig }) => HostConfig.MemoryReservation, 8 * MIB]]],
  machineOs: [[{ machineOs: 'Linux' }, [({ Platform }) => Platform, 'linux']]],
  // an engine compares the whole platform with the image's and keeps the system alone
  machineArch: [[{ machineArch: hostArchitecture() }, [inTemplate('machineArch'), hostArchitecture()]]],
  startTime: [
    [{ startTime: '2999-01-01T00:00:00.123456789Z' }, [label('drmaa2_starttime'), '2999-01-01T00:00:00.123456789Z']],
    [
      { startTime: '2999-01-01T00:00:00Z', jobName: 'later' },
      [({ Name }) => Name, expect.stringMatching(/^\/later\.queued-[0-9a-f]{16}$/) as string],
    ],
  ],
  deadlineTime: [
    [{ deadlineTime: '2999-01-01T00:00:00.5Z' }, [label('drmaa2_deadlinetime'), '2999-01-01T00:00:00.5Z']],
  ],
  stageInFiles: [
    [
      { stageInFiles: { '/etc/hostname': 'ro:/in', sub: '/sub', data: 'volume:/data' } },
      [({ HostConfig }) => HostConfig.Binds, ['/etc/hostname:/in:ro', `${process.cwd()}/sub:/sub`, 'data:/data']],
    ],
    [{ stageInFiles: { '/etc/hostname': 'copy:/in' } }, [({ HostConfig }) => HostConfig.Binds, []]],
  ],
  stageOutFiles: [
    [
      (folder) => ({ stageOutFiles: { '/result': `${folder}/result` } }),
      [files, expect.objectContaining({ stageOut: [{ source: '/result', target: 'result' }], removeAfter: false })],
    ],
  ],
  resourceLimits: [
    [{ resourceLimits: { CORE_FILE_SIZE: '0' } }, [limits, [['core', 0, 0]]]],
    [{ resourceLimits: { CPU_TIME: '60' } }, [limits, [['cpu', 60, 62]]]],
    [{ resourceLimits: { CPU_TIME: '60' } }, [label('drmaa2_cputimelimit'), '60']],
    [{ resourceLimits: { DATA_SIZE: '4194304' } }, [limits, [['data', 4096 * MIB, 4096 * MIB]]]],
    [{ resourceLimits: { FILE_SIZE: '1' } }, [limits, [['fsize', 1024, 1024]]]],
    [{ resourceLimits: { OPEN_FILES: '64' } }, [limits, [['nofile', 64, 64]]]],
    [{ resourceLimits: { STACK_SIZE: '1024' } }, [limits, [['stack', MIB, MIB]]]],
    [
      { resourceLimits: { VIRTUAL_MEMORY: '65536' } },
      [({ HostConfig }) => [HostConfig.Memory, HostConfig.MemorySwap], [64 * MIB, 64 * MIB]],
    ],
    [{ resourceLimits: { WALLCLOCK_TIME: '60' } }, [label('drmaa2_wallclocklimit'), '60']],
  ],
  accountingString: [[{ accountingString: 'team 7' }, [label('drmaa2_accountingid'), 'team 7']]],
  extensionList: [
    [{ extensionList: { some: 'thing' } }, [inTemplate('extension'), { extensionList: { some: 'thing' } }]],
  ],
} as const satisfies Readonly<Record<keyof JobTemplate, readonly AttributeRow[]>>;

/** In DRMAA2's word, of the host that runs the tests and its engine. */
function hostArchitecture(): string {
  return { x64: 'x64', arm64: 'ARM64' }[process.arch as string] ?? 'x86';
}
