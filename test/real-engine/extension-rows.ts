import type { ContainerInspect } from '@docker-tracker/engine-client';
import type { ExtensionName, JobTemplate } from '@docker-tracker/tracker';
import { expect } from 'vitest';
import type { Stored } from './created-by.js';

/** The engine stores nothing of them: `pull` is proved with a registry. */
type Elsewhere = 'pull';

export type ExtensionRow = readonly [value: string, ...stored: Stored, more?: Partial<JobTemplate>];

const MIB = 1024 ** 2;

/** The tracker alone goes by it: nothing of the container differs, and any tracker finds it in the template. */
const nothingAsked: Stored = [
  ({ Config, HostConfig }) => [Config.StopTimeout, HostConfig.RestartPolicy.Name],
  [undefined, expect.stringMatching(/^(?:no)?$/)],
];

const isPrivileged = ({ HostConfig }: ContainerInspect): unknown => HostConfig.Privileged;
const isRemoved = ({ HostConfig }: ContainerInspect): unknown => HostConfig.AutoRemove;
const sharedMemory = ({ HostConfig }: ContainerInspect): unknown => HostConfig.ShmSize;
const stopSignal = ({ Config }: ContainerInspect): unknown => Config.StopSignal;
const gpus = ({ HostConfig }: ContainerInspect): unknown =>
  HostConfig.DeviceRequests.map(({ Driver, Count, Capabilities }) => [Driver, Count, Capabilities]);
const restarts = ({ HostConfig: { RestartPolicy } }: ContainerInspect): unknown => [
  RestartPolicy.Name,
  RestartPolicy.MaximumRetryCount,
];

/** Each extension with what the engine stores of its values. One without a row does not compile. */
export const EXTENSION_ROWS = {
  user: [['nobody', ({ Config }) => Config.User, 'nobody']],
  exposedPorts: [
    ['127.0.0.1:8080:80,53/udp', ({ Config }) => Object.keys(Config.ExposedPorts).sort(), ['53/udp', '80/tcp']],
    [
      '127.0.0.1:8080:80,53/udp',
      ({ HostConfig }) => HostConfig.PortBindings,
      { '80/tcp': [{ HostIp: '127.0.0.1', HostPort: '8080' }], '53/udp': [{ HostIp: '', HostPort: '' }] },
    ],
  ],
  net: [['host', ({ HostConfig }) => HostConfig.NetworkMode, 'host']],
  ipc: [['host', ({ HostConfig }) => HostConfig.IpcMode, 'host']],
  uts: [['host', ({ HostConfig }) => HostConfig.UTSMode, 'host']],
  pid: [['host', ({ HostConfig }) => HostConfig.PidMode, 'host']],
  privileged: [
    ['TRUE', isPrivileged, true],
    ['false', isPrivileged, false],
  ],
  rm: [
    ['True', isRemoved, true],
    ['FALSE', isRemoved, false],
  ],
  restart: [
    ['no', restarts, ['no', 0]],
    ['always', restarts, ['always', 0]],
    ['unless-stopped', restarts, ['unless-stopped', 0]],
    ['on-failure', restarts, ['on-failure', 0]],
    ['on-failure:3', restarts, ['on-failure', 3]],
  ],
  gpus: [
    ['all', gpus, [['nvidia', -1, [['gpu']]]]],
    ['2', gpus, [['nvidia', 2, [['gpu']]]]],
  ],
  'shm-size': [
    ['10g', sharedMemory, 10 * 1024 * MIB],
    ['512KiB', sharedMemory, MIB / 2],
    ['4096', sharedMemory, 4096],
  ],
  ulimit: [
    [
      'memlock=-1,stack=67108864,nofile=123:456',
      ({ HostConfig }) => HostConfig.Ulimits.map(({ Name, Soft, Hard }) => [Name, Soft, Hard]),
      [
        ['memlock', -1, -1],
        ['stack', 64 * MIB, 64 * MIB],
        ['nofile', 123, 456],
      ],
    ],
  ],
  entrypoint: [['/bin/sh  -c', ({ Config }) => Config.Entrypoint, ['/bin/sh', '-c']]],
  'image-command': [['true', ({ Config }) => Config.Cmd, ['sh'], { remoteCommand: '', args: [] }]],
  suspend: [['pause', ...nothingAsked]],
  terminate: [['stop', ...nothingAsked]],
  'stop-signal': [
    ['SIGTERM', stopSignal, 'SIGTERM'],
    ['SIGUSR1', stopSignal, 'SIGUSR1'],
  ],
  ttl: [['3600', ({ Config }) => Config.Labels.drmaa2_ttl, '3600']],
  'stop-timeout': [['3', ({ Config }) => Config.StopTimeout, 3]],
  hostname: [['node-7', ({ Config }) => Config.Hostname, 'node-7']],
  mounts: [
    [
      'type=bind,source=/etc,target=/x,readonly;type=tmpfs,target=/t,tmpfs-size=1m;target=/v',
      ({ Mounts }) => Mounts.map(({ Type, Destination, RW }) => [Type, Destination, RW]).sort(),
      [
        ['bind', '/x', false],
        ['tmpfs', '/t', true],
        ['volume', '/v', true],
      ],
    ],
  ],
  memory: [['64m', ({ HostConfig }) => HostConfig.Memory, 64 * MIB]],
  cpus: [['0.5', ({ HostConfig }) => HostConfig.NanoCpus, 500_000_000]],
  'cap-add': [['net_admin', ({ HostConfig }) => HostConfig.CapAdd, ['CAP_NET_ADMIN']]],
  'cap-drop': [['ALL', ({ HostConfig }) => HostConfig.CapDrop, ['ALL']]],
  'read-only': [['true', ({ HostConfig }) => HostConfig.ReadonlyRootfs, true]],
  tmpfs: [['/run:size=1m', ({ HostConfig }) => HostConfig.Tmpfs, { '/run': 'size=1m' }]],
  init: [['true', ({ HostConfig }) => HostConfig.Init, true]],
  labels: [['team=a;tier=', ({ Config }) => [Config.Labels.team, Config.Labels.tier], ['a', '']]],
  'log-driver': [['local', ({ HostConfig }) => HostConfig.LogConfig?.Type, 'local']],
  dns: [['9.9.9.9', ({ HostConfig }) => HostConfig.Dns, ['9.9.9.9']]],
  'add-host': [['db:10.0.0.1', ({ HostConfig }) => HostConfig.ExtraHosts, ['db:10.0.0.1']]],
  device: [
    [
      '/dev/null:/dev/nothing:rw',
      ({ HostConfig }) => HostConfig.Devices,
      [{ PathOnHost: '/dev/null', PathInContainer: '/dev/nothing' }],
    ],
  ],
  'security-opt': [['no-new-privileges', ({ HostConfig }) => HostConfig.SecurityOpt, ['no-new-privileges']]],
  // inspect keeps the system alone; the whole of it is judged against the image, see what is refused when started
  platform: [['linux', ({ Platform }) => Platform, 'linux']],
} as const satisfies Readonly<Record<Exclude<ExtensionName, Elsewhere>, readonly ExtensionRow[]>>;
