import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import type { ContainerCreateBody } from '@docker-tracker/engine-client';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createBody } from '../template/create-body.js';

/** What attackers put their templates together of: for each extension what separates its entries, and entries that it takes. */
const ENTRIES: Readonly<Record<string, readonly [separator: string, ...entries: string[]]>> = {
  privileged: ['', 'true', 'TRUE', 'false'],
  net: ['', 'host', 'container:db', 'none', 'bridge', 'internal', 'HOST'],
  ipc: ['', 'host', 'container:db', 'private', 'shareable'],
  pid: ['', 'host', 'container:db'],
  uts: ['', 'host'],
  device: [',', '/dev/mem', '/dev/null:/x:rwm', '/dev/../dev/sda'],
  gpus: ['', 'all', '1'],
  'cap-add': [',', 'SYS_ADMIN', 'cap_sys_ptrace', 'NET_RAW', 'ALL'],
  'cap-drop': [',', 'NET_RAW', 'CHOWN'],
  'security-opt': [';', 'seccomp=unconfined', 'no-new-privileges', 'apparmor=unconfined', 'label=disable'],
  mounts: [';', 'type=bind,source=/,target=/x', 'source=db,target=/y', 'type=tmpfs,target=/t', 'target=/v'],
  exposedPorts: [',', '80', '8080:80', '127.0.0.1:81:81/udp'],
  'log-driver': ['', 'syslog', 'json-file', 'none'],
  ulimit: [',', 'rtprio=99', 'memlock=-1', 'core=0', 'nofile=64'],
  labels: [';', 'traefik.enable=true', 'team=a'],
  pull: ['', 'always', 'missing', 'never'],
  tmpfs: [';', '/t:size=1m', '/u'],
  restart: ['', 'always', 'no'],
  'cgroup-parent': ['', '/'],
  Privileged: ['', 'true'],
};

const extension = fc
  .constantFrom(...Object.entries(ENTRIES))
  .chain(([key, [separator, ...entries]]) =>
    fc
      .uniqueArray(fc.constantFrom(...entries), { minLength: 1, maxLength: separator === '' ? 1 : 2 })
      .map((chosen) => [key, chosen.join(separator)] as const),
  );
const path = fc.constantFrom('/', '/etc', '../..', '/var/run/docker.sock', 'db', '/data/..', '/data//x');
const template: fc.Arbitrary<Partial<JobTemplate>> = fc.record(
  {
    extensionList: fc.array(extension, { maxLength: 2 }).map((pairs) => Object.fromEntries(pairs)),
    stageInFiles: fc.dictionary(path, fc.constantFrom('/x', 'ro:/x', 'copy:/x', 'volume:/x', '/x:rshared'), {
      maxKeys: 1,
    }),
    jobEnvironment: fc.dictionary(
      fc.constantFrom('A', 'NVIDIA_VISIBLE_DEVICES', 'NVIDIA_IMEX_CHANNELS'),
      fc.constantFrom('all', '0', 'none', ''),
      { maxKeys: 1 },
    ),
  },
  { requiredKeys: [] },
);

const HARMLESS_FIELDS: ReadonlySet<string> = new Set([
  ...['AutoRemove', 'RestartPolicy', 'ReadonlyRootfs', 'Init', 'CapDrop', 'Dns', 'ExtraHosts', 'Tmpfs', 'Memory'],
  ...['MemorySwap', 'MemoryReservation', 'NanoCpus', 'CpuShares', 'ShmSize', 'NetworkMode', 'IpcMode', 'Mounts'],
  ...['SecurityOpt', 'LogConfig', 'Ulimits', 'PidMode', 'UTSMode', 'Binds', 'Devices', 'CapAdd', 'PortBindings'],
]);

/** What a body asks of the host, said again without any of the policy's own code. */
function asksOfHost({ HostConfig = {}, Labels = {}, Env = [] }: ContainerCreateBody): readonly string[] {
  const { Mounts = [], Ulimits = [] } = HostConfig;
  return [
    ...Object.keys(HostConfig).filter((field) => !HARMLESS_FIELDS.has(field)),
    ...(['none', 'bridge', 'default', undefined].includes(HostConfig.NetworkMode) ? [] : ['NetworkMode']),
    ...(['none', 'private', 'shareable', undefined].includes(HostConfig.IpcMode) ? [] : ['IpcMode']),
    ...[HostConfig.PidMode, HostConfig.UTSMode, ...(HostConfig.Binds ?? []), ...(HostConfig.CapAdd ?? [])].filter(
      (asked) => asked !== undefined,
    ),
    ...(HostConfig.Devices ?? []).map(({ PathOnHost }) => PathOnHost),
    ...Object.keys(HostConfig.PortBindings ?? {}),
    ...Mounts.filter(({ Type, Source }) => Type === 'bind' || Source !== undefined).map(({ Type }) => Type),
    ...(HostConfig.SecurityOpt ?? []).filter((option) => option !== 'no-new-privileges'),
    ...(['json-file', 'local', 'none', undefined].includes(HostConfig.LogConfig?.Type) ? [] : ['LogConfig']),
    ...Ulimits.filter(({ Name }) => !['core', 'cpu', 'data', 'fsize', 'rss', 'stack'].includes(Name)).map(
      ({ Name }) => Name,
    ),
    ...Object.keys(Labels).filter((key) => !key.startsWith('drmaa2')),
    ...Env.filter((entry) => entry.startsWith('NVIDIA_') && !/=(?:none|void)?$/.test(entry)),
  ];
}

describe('a policy that names nothing', () => {
  const context = { session: 'unit', workingDirectoryOfProcess: '/home/me' };
  const numRuns = 6_000;

  function bodies(policy: object | undefined): { readonly passed: number; readonly asked: readonly string[] } {
    const seen = { passed: 0, asked: [] as string[] };
    const property = fc.property(template, (more) => {
      try {
        const options = { ...context, ...(policy && { policy }) };
        const body = createBody({ jobCategory: 'busybox', remoteCommand: 'true', ...more }, options);
        seen.passed += 1;
        seen.asked.push(...asksOfHost(body));
      } catch (error) {
        if (!(error instanceof Drmaa2Error)) throw error;
      }
    });
    fc.assert(property, { numRuns, seed: 5 });
    return seen;
  }

  it('lets no template ask anything of the host, however it is put together', () => {
    const { passed, asked } = bodies({});
    expect([...new Set(asked)]).toEqual([]);
    expect(passed).toBeGreaterThan(numRuns / 100);
  });

  it('is what holds them: without it they ask for all of it', () => {
    const { asked } = bodies(undefined);
    const expected = ['Privileged', 'NetworkMode', 'IpcMode', '/dev/mem', 'bind', 'volume', 'LogConfig', 'memlock'];
    const found = new Set(asked);
    expect([...expected, 'CAP_SYS_ADMIN', '80/tcp', 'traefik.enable'].filter((one) => !found.has(one))).toEqual([]);
  });
});
