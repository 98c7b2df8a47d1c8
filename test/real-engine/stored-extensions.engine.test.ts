import type { ContainerInspect } from '@docker-tracker/engine-client';
import { listExtensions, type JobTemplate } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { engineHost, IMAGE, Rig } from './rig.js';

type Row = {
  readonly title: string;
  readonly template?: Partial<JobTemplate>;
  readonly extensions?: Readonly<Record<string, string>>;
  readonly stored: (container: ContainerInspect) => unknown;
  readonly expected: unknown;
};

const ROWS: readonly Row[] = [
  {
    title: 'jobCategory, remoteCommand and args are Image and Cmd',
    template: { remoteCommand: '/bin/echo', args: ['two words', ''] },
    stored: ({ Config }) => [Config.Image, Config.Cmd],
    expected: [IMAGE, ['/bin/echo', 'two words', '']],
  },
  {
    title: 'candidateMachines[0] is Hostname',
    template: { candidateMachines: ['node-7'] },
    stored: ({ Config }) => Config.Hostname,
    expected: 'node-7',
  },
  {
    title: 'workingDirectory is WorkingDir',
    template: { workingDirectory: '/srv/data' },
    stored: ({ Config }) => Config.WorkingDir,
    expected: '/srv/data',
  },
  {
    title: 'jobEnvironment is Env, sorted',
    template: { jobEnvironment: { b: '2', a: '=1', C: 'ü' } },
    stored: ({ Config }) => Config.Env.filter((entry) => !entry.startsWith('PATH=')),
    expected: ['C=ü', 'a==1', 'b=2'],
  },
  {
    title: 'stageInFiles are Binds of absolute host paths',
    template: { stageInFiles: { '/etc/hostname': '/in:ro', sub: '/sub' } },
    stored: ({ HostConfig }) => HostConfig.Binds,
    expected: ['/etc/hostname:/in:ro', `${process.cwd()}/sub:/sub`],
  },
  {
    title: 'jobName is the name of the container, made fit for Docker',
    template: { jobName: 'my job.1' },
    stored: ({ Name, Config }) => [
      Name.replace(/-[0-9a-f]{16}$/, ''), // where another container has the name
      Config.Labels.drmaa2_jobname,
    ],
    expected: ['/my-job-1', 'my job.1'],
  },
  { title: 'user', extensions: { user: 'nobody' }, stored: ({ Config }) => Config.User, expected: 'nobody' },
  {
    title: 'exposedPorts',
    extensions: { exposedPorts: '127.0.0.1:8080:80,53/udp' },
    stored: ({ Config, HostConfig }) => [Object.keys(Config.ExposedPorts).sort(), HostConfig.PortBindings],
    expected: [
      ['53/udp', '80/tcp'],
      { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '53/udp': [{ HostIp: '', HostPort: '' }] },
    ],
  },
  { title: 'net', extensions: { net: 'host' }, stored: ({ HostConfig }) => HostConfig.NetworkMode, expected: 'host' },
  { title: 'ipc', extensions: { ipc: 'host' }, stored: ({ HostConfig }) => HostConfig.IpcMode, expected: 'host' },
  { title: 'uts', extensions: { uts: 'host' }, stored: ({ HostConfig }) => HostConfig.UTSMode, expected: 'host' },
  { title: 'pid', extensions: { pid: 'host' }, stored: ({ HostConfig }) => HostConfig.PidMode, expected: 'host' },
  ...(['TRUE', 'false'] as const).map((privileged) => ({
    title: `privileged ${privileged}`,
    extensions: { privileged },
    stored: ({ HostConfig }: ContainerInspect) => HostConfig.Privileged,
    expected: privileged === 'TRUE',
  })),
  ...(['True', 'FALSE'] as const).map((rm) => ({
    title: `rm ${rm}`,
    extensions: { rm },
    stored: ({ HostConfig }: ContainerInspect) => HostConfig.AutoRemove,
    expected: rm === 'True',
  })),
  ...(
    [
      ['no', 0],
      ['always', 0],
      ['unless-stopped', 0],
      ['on-failure', 0],
      ['on-failure:3', 3],
    ] as const
  ).map(([restart, MaximumRetryCount]) => ({
    title: `restart ${restart}`,
    extensions: { restart },
    stored: ({ HostConfig }: ContainerInspect) => HostConfig.RestartPolicy,
    expected: { Name: restart.split(':')[0], MaximumRetryCount },
  })),
  ...(
    [
      ['all', -1],
      ['2', 2],
    ] as const
  ).map(([gpus, Count]) => ({
    title: `gpus ${gpus}`,
    extensions: { gpus },
    stored: ({ HostConfig }: ContainerInspect) =>
      HostConfig.DeviceRequests.map(({ Driver, Count, Capabilities }) => ({ Driver, Count, Capabilities })),
    expected: [{ Driver: 'nvidia', Count, Capabilities: [['gpu']] }],
  })),
  ...(
    [
      ['10g', 10 * 1024 ** 3],
      ['512KiB', 512 * 1024],
      ['4096', 4096],
    ] as const
  ).map(([size, expected]) => ({
    title: `shm-size ${size}`,
    extensions: { 'shm-size': size },
    stored: ({ HostConfig }: ContainerInspect) => HostConfig.ShmSize,
    expected,
  })),
  {
    title: 'ulimit',
    extensions: { ulimit: 'memlock=-1,stack=67108864,nofile=123:456' },
    stored: ({ HostConfig }) => HostConfig.Ulimits,
    expected: [
      { Name: 'memlock', Soft: -1, Hard: -1 },
      { Name: 'stack', Soft: 67_108_864, Hard: 67_108_864 },
      { Name: 'nofile', Soft: 123, Hard: 456 },
    ],
  },
  {
    title: 'entrypoint, split on blanks',
    extensions: { entrypoint: '/bin/sh  -c' },
    stored: ({ Config }) => Config.Entrypoint,
    expected: ['/bin/sh', '-c'],
  },
  {
    title: 'image-command true leaves the command to the image',
    template: { remoteCommand: '', args: [] },
    extensions: { 'image-command': 'true' },
    stored: ({ Config }) => Config.Cmd,
    expected: ['sh'],
  },
  ...(['SIGTERM', 'SIGUSR1'] as const).map((signal) => ({
    title: `stop-signal ${signal}`,
    extensions: { 'stop-signal': signal },
    stored: ({ Config }: ContainerInspect) => Config.StopSignal,
    expected: signal,
  })),
  {
    title: 'no stop-signal is SIGTERM, said outright, where the image names none',
    stored: ({ Config }) => Config.StopSignal,
    expected: 'SIGTERM',
  },
  {
    title: 'stop-timeout',
    extensions: { 'stop-timeout': '3' },
    stored: ({ Config }) => Config.StopTimeout,
    expected: 3,
  },
  ...(['suspend=pause', 'terminate=stop'] as const).map((pair) => ({
    title: `${pair} asks nothing of the engine`,
    extensions: Object.fromEntries([pair.split('=')]) as Record<string, string>,
    stored: ({ Config, HostConfig }: ContainerInspect) => [Config.StopTimeout, HostConfig.RestartPolicy.Name],
    expected: [undefined, expect.stringMatching(/^(?:no)?$/)],
  })),
];

const STORED: readonly (readonly [string, string, Row['stored'], unknown])[] = [
  ['hostname', 'node-7', ({ Config }) => Config.Hostname, 'node-7'],
  [
    'mounts',
    'type=bind,source=/etc,target=/x,readonly;type=tmpfs,target=/t,tmpfs-size=1m;target=/v',
    ({ Mounts }) => Mounts.map(({ Type, Destination, RW }) => [Type, Destination, RW]).sort(),
    [
      ['bind', '/x', false],
      ['tmpfs', '/t', true],
      ['volume', '/v', true],
    ],
  ],
  ['memory', '64m', ({ HostConfig }) => HostConfig.Memory, 64 * 1024 ** 2],
  ['cpus', '0.5', ({ HostConfig }) => HostConfig.NanoCpus, 500_000_000],
  ['cap-add', 'net_admin', ({ HostConfig }) => HostConfig.CapAdd, ['CAP_NET_ADMIN']],
  ['cap-drop', 'ALL', ({ HostConfig }) => HostConfig.CapDrop, ['ALL']],
  ['read-only', 'true', ({ HostConfig }) => HostConfig.ReadonlyRootfs, true],
  ['tmpfs', '/run:size=1m', ({ HostConfig }) => HostConfig.Tmpfs, { '/run': 'size=1m' }],
  ['init', 'true', ({ HostConfig }) => HostConfig.Init, true],
  ['labels', 'team=a;tier=', ({ Config }) => [Config.Labels.team, Config.Labels.tier], ['a', '']],
  ['log-driver', 'local', ({ HostConfig }) => HostConfig.LogConfig?.Type, 'local'],
  ['dns', '9.9.9.9', ({ HostConfig }) => HostConfig.Dns, ['9.9.9.9']],
  ['add-host', 'db:10.0.0.1', ({ HostConfig }) => HostConfig.ExtraHosts, ['db:10.0.0.1']],
  [
    'device',
    '/dev/null:/dev/nothing:rw',
    ({ HostConfig }) => HostConfig.Devices,
    [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing' }],
  ],
  ['security-opt', 'no-new-privileges', ({ HostConfig }) => HostConfig.SecurityOpt, ['no-new-privileges']],
  // inspect keeps the system alone; the whole of it is judged against the image, see the refusal below
  ['platform', 'linux', ({ Platform }) => Platform, 'linux'],
];

const MORE: readonly Row[] = STORED.map(([key, value, stored, expected]) => ({
  title: `${key} ${value}`,
  extensions: { [key]: value },
  stored,
  expected,
}));

describe('what the engine stored of a template', () => {
  it.each([...ROWS, ...MORE])('$title', async ({ template, extensions, stored, expected }) => {
    const container = await createdBy({ ...template, ...(extensions && { extensionList: extensions }) });
    expect(stored(container)).toEqual(expected);
  });

  it('has a row here for each extension', () => {
    const proved = new Set([...ROWS, ...MORE].flatMap(({ extensions = {} }) => Object.keys(extensions)));
    // An engine stores nothing of `pull`: it is proved with a registry.
    expect([...proved, 'pull'].sort()).toEqual([...listExtensions()].sort());
  });

  it('has the template, its unknown extensions included, in the label that the Go tracker reads', async () => {
    const { Config } = await createdBy({ extensionList: { some: 'extension' }, jobEnvironment: { k: 'v' } });
    const label = Config.Labels.drmaa2jobtemplate ?? '';
    expect(JSON.parse(Buffer.from(label, 'base64').toString())).toEqual({
      remoteCommand: 'true',
      jobEnvironment: { k: 'v' },
      jobCategory: IMAGE,
      startTime: '0001-01-01T00:00:00Z',
      deadlineTime: '0001-01-01T00:00:00Z',
      extension: { extensionList: { some: 'extension' } },
    });
  });
});

/**
 * The container that addJob creates, read before its start: the answer to the create call is held back until then, and
 * the job is given up, so what could not start here is proved as well.
 */
async function createdBy(more: Partial<JobTemplate>): Promise<ContainerInspect> {
  await using proxy = await EngineProxy.start({ upstream: engineHost() });
  await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost() });
  const hold = proxy.hold('POST /containers/create');
  const abort = new AbortController();
  const template = { jobCategory: IMAGE, remoteCommand: 'true', ...more };
  const submission = rig.tracker.addJob(template, { signal: abort.signal });
  const created = rig.events.seen({ action: 'create' });
  // A refusal must not leave this test waiting for an event that never comes.
  const { id } = await Promise.race([created, submission.then(() => created)]);
  const container = await rig.inspect(id);
  abort.abort(new Error('given up'));
  await expect(submission).rejects.toThrow('given up');
  hold.release();
  expect(await rig.containers()).toEqual([]);
  return container;
}
