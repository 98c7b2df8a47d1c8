import { Drmaa2Error } from '@docker-tracker/drmaa2';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { suspendMode, terminateMode } from './control-mode.js';
import { describeExtension, listExtensions } from './describe-extensions.js';
import { EXTENSIONS, isExtensionName, readExtension, type ExtensionName } from './extensions.js';

const accepted: readonly (readonly [ExtensionName, string, unknown])[] = [
  ['user', 'nobody', 'nobody'],
  ['user', '1000:1000', '1000:1000'],
  ['exposedPorts', '127.0.0.1:80:6444/udp', [{ ip: '127.0.0.1', hostPort: 80, containerPort: 6444, protocol: 'udp' }]],
  ['exposedPorts', '[::1]:80:65535', [{ ip: '::1', hostPort: 80, containerPort: 65535, protocol: 'tcp' }]],
  ['net', 'container:abc', 'container:abc'],
  ['ipc', 'private', 'private'],
  ['uts', 'host', 'host'],
  ['pid', 'host', 'host'],
  ['privileged', 'TRUE', true],
  ['privileged', 'fAlSe', false],
  ['rm', 'True', true],
  ['restart', 'no', { Name: 'no' }],
  ['restart', 'always', { Name: 'always' }],
  ['restart', 'unless-stopped', { Name: 'unless-stopped' }],
  ['restart', 'on-failure', { Name: 'on-failure' }],
  ['restart', 'on-failure:12', { Name: 'on-failure', MaximumRetryCount: 12 }],
  ['gpus', 'all', -1],
  ['gpus', '2', 2],
  ['shm-size', '64', 64],
  ['shm-size', '64b', 64],
  ['shm-size', '1k', 1024],
  ['shm-size', '1KB', 1024],
  ['shm-size', '1kib', 1024],
  ['shm-size', '2M', 2 * 1024 ** 2],
  ['shm-size', '1.5g', 1.5 * 1024 ** 3],
  ['shm-size', '1TiB', 1024 ** 4],
  [
    'ulimit',
    'nofile=1024:2048,core=0',
    [
      { Name: 'nofile', Soft: 1024, Hard: 2048 },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
  ],
  ['ulimit', 'nproc=5:-1', [{ Name: 'nproc', Soft: 5, Hard: -1 }]],
  ['entrypoint', '/bin/sh   -c', ['/bin/sh', '-c']],
  ['image-command', 'true', true],
  ['suspend', 'pause', 'pause'],
  ['suspend', 'signal', 'signal'],
  ['terminate', 'kill', 'kill'],
  ['terminate', 'stop', 'stop'],
  ['stop-signal', 'SIGINT', 'SIGINT'],
  ['stop-signal', 'TERM', 'TERM'],
  ['stop-signal', '15', '15'],
  ['stop-signal', 'SIGRTMIN+3', 'SIGRTMIN+3'],
  ['ttl', '0', 0],
  ['ttl', '9999999999', 9_999_999_999],
  ['stop-timeout', '0', 0],
  ['stop-timeout', '86400', 86400],
  ['pull', 'never', 'never'],
  ['pull', 'missing', 'missing'],
  ['pull', 'always', 'always'],
  ['hostname', 'node-7', 'node-7'],
  [
    'mounts',
    'type=bind,src=/a,dst=/b,ro,bind-propagation=rslave;source=data,target=/v,volume-nocopy',
    [
      { Type: 'bind', Source: '/a', Target: '/b', ReadOnly: true, BindOptions: { Propagation: 'rslave' } },
      { Type: 'volume', Source: 'data', Target: '/v', VolumeOptions: { NoCopy: true } },
    ],
  ],
  [
    'mounts',
    'type=tmpfs,destination=/t,tmpfs-size=1m,tmpfs-mode=700,readonly=false;target=/anonymous',
    [
      { Type: 'tmpfs', Target: '/t', TmpfsOptions: { SizeBytes: 1024 ** 2, Mode: 0o700 } },
      { Type: 'volume', Target: '/anonymous' },
    ],
  ],
  ['memory', '64m', 64 * 1024 ** 2],
  ['cpus', '1.5', 1_500_000_000],
  ['cpus', '0.01', 10_000_000],
  ['cap-add', 'net_admin,CAP_SYS_TIME', ['CAP_NET_ADMIN', 'CAP_SYS_TIME']],
  ['cap-drop', 'all', ['ALL']],
  ['read-only', 'TRUE', true],
  ['tmpfs', '/run:size=1m,mode=700;/tmp', { '/run': 'size=1m,mode=700', '/tmp': '' }],
  ['init', 'true', true],
  ['labels', 'team=a=b;empty=', { team: 'a=b', empty: '' }],
  ['log-driver', 'local', 'local'],
  ['dns', '1.1.1.1,::1', ['1.1.1.1', '::1']],
  ['add-host', 'db:10.0.0.1,v6:::1,up:host-gateway', ['db:10.0.0.1', 'v6:::1', 'up:host-gateway']],
  [
    'device',
    '/dev/null,/dev/a:/dev/b:rw,/dev/c:r',
    [
      { PathOnHost: '/dev/null', PathInContainer: '/dev/null', CgroupPermissions: 'rwm' },
      { PathOnHost: '/dev/a', PathInContainer: '/dev/b', CgroupPermissions: 'rw' },
      { PathOnHost: '/dev/c', PathInContainer: '/dev/c', CgroupPermissions: 'r' },
    ],
  ],
  ['security-opt', 'no-new-privileges;label=level:s0:c1,c2', ['no-new-privileges', 'label=level:s0:c1,c2']],
  ['platform', 'linux/arm/v7', 'linux/arm/v7'],
];

const refused: readonly (readonly [ExtensionName, readonly string[]])[] = [
  ['user', ['', 'a b', 'a:', ':a', 'a:b:c', 'a\n']],
  [
    'exposedPorts',
    [
      '',
      '0',
      '65536',
      '080',
      '80:',
      ':80',
      '80/TCP',
      '80/icmp',
      '80-90',
      '1,',
      '80, 81',
      'ip:80:6444',
      '256.1.1.1:80:80',
      '::1:80:80',
      '[::1:80:80',
      '[]:80:80',
      '1:2:3:4',
      '-1',
      '1e3',
      '80/tcp/tcp',
    ],
  ],
  ['net', ['', ' host', 'a b']],
  ['ipc', ['']],
  ['uts', ['']],
  ['pid', ['\n']],
  ['privileged', ['', 'yes', '1', 'true ']],
  ['rm', ['', 'no', '0']],
  [
    'restart',
    [
      '',
      'Always',
      'on-failure:',
      'on-failure:0',
      'on-failure:-1',
      'on-failure:x',
      'on-failure:1.5',
      'on-failure:9999999999',
      'always:3',
      'never',
    ],
  ],
  ['gpus', ['', '0', '-1', '1.5', 'ALL', 'x', '01']],
  ['shm-size', ['', '0', '0g', '-1', 'g', '1p', '1gg', '1 g', '1bb', '1ib', '1.', '.5g', '0.5', '9999999999t', '1e3']],
  [
    'ulimit',
    [
      '',
      'nofile',
      'nofile=',
      'nofile=x',
      'nofile=1:',
      'nofile=2:1',
      'nofile=-1:1',
      'nofile=-2',
      'as=1',
      'nofile=1,nofile=2',
      'nofile=1,',
      'nofile=1, core=1',
      'nofile=1:2:3',
      'nofile=9999999999999999',
    ],
  ],
  ['entrypoint', ['', '  ']],
  ['image-command', ['', 'yes']],
  ['suspend', ['', 'SIGSTOP', 'PAUSE']],
  ['terminate', ['', 'SIGKILL']],
  ['stop-signal', ['', 'SIGFOO', 'SIGSTOP', 'CONT', '0', '65', '19', '18', 'sigterm', 'SIGRTMIN+16']],
  ['ttl', ['', '-1', '1.5', '01', '10000000000', '1h']],
  ['stop-timeout', ['', '-1', '1.5', '86401', '5s']],
  ['pull', ['', 'Always', 'yes', 'true']],
  ['hostname', ['', '-a', 'a b', 'a'.repeat(65)]],
  [
    'mounts',
    [
      '',
      'type=bind,source=rel,target=/b',
      'type=bind,target=/b',
      'type=bind,source=/a,target=/',
      'type=bind,source=/a,target=b',
      'type=bind,source=/a,target=/b,bind-propagation=all',
      'type=bind,source=/a,target=/b,volume-nocopy',
      'type=volume,source=/a,target=/b',
      'type=volume,source=v,target=/b,volume-opt=o=bind',
      'type=volume,source=v,target=/b,volume-driver=x',
      'type=tmpfs,source=v,target=/b',
      'type=tmpfs,target=/b,tmpfs-mode=9',
      'type=npipe,source=/a,target=/b',
      'target=/b;target=/b/.',
      'target=/b,target=/c',
      'target=/b,readonly=1',
      'target=/b;',
      'target=/b,__proto__=x',
    ],
  ],
  ['memory', ['', '5m', '-1', 'x']],
  ['cpus', ['', '0', '0.001', '-1', '1e3', '.5', 'all']],
  ['cap-add', ['', 'NET-ADMIN', 'A,A', 'NET_ADMIN,CAP_NET_ADMIN', 'NET_ADMIN,']],
  ['cap-drop', ['', '1']],
  ['read-only', ['', 'ro']],
  ['tmpfs', ['', '/', 'run', '/run:a:b', '/run:', '/run;/run', '/run:size=1 m']],
  ['init', ['', '1']],
  [
    'labels',
    [
      ...['', 'a', '=b', 'a b=c', 'a=1;a=2', 'a=\n', 'exitCode=0', 'signal=9', 'name=x', 'image=x', 'execDuration=1'],
      ...['oldName=x', 'drmaa2_jobsession=other', 'drmaa2jobtemplate=x', 'drmaa2=x'],
    ],
  ],
  ['log-driver', ['', 'a b']],
  ['dns', ['', 'example.org', '1.1.1.1,']],
  ['add-host', ['', 'db', 'db:', ':1.1.1.1', 'db:example.org', 'a b:1.1.1.1']],
  ['device', ['', 'dev/null', '/dev/a:b', '/dev/a:/dev/b:x', '/dev/a:/dev/b:rr', '/dev/a:/b:r:w']],
  ['security-opt', ['', ';', 'NoNew', 'seccomp=', 'no-new-privileges;']],
  ['platform', ['', 'Linux', 'a/b/c/d', 'linux/', '/amd64', 'linux arm']],
];

describe('EXTENSIONS', () => {
  it.each(accepted)('accepts %s=%s', (name, text, value) => {
    expect(readExtension({ extensionList: { [name]: text } }, name)).toEqual(value);
  });
  it.each(refused.flatMap(([name, texts]) => texts.map((text) => [name, text] as const)))(
    'refuses %s=%j',
    (name, text) => {
      let refusal: unknown;
      try {
        readExtension({ extensionList: { [name]: text } }, name);
      } catch (error) {
        refusal = error;
      }
      expect(refusal).toBeInstanceOf(Drmaa2Error);
      expect(refusal).toMatchObject({ code: 'InvalidArgument' });
      expect(String(refusal)).toContain(
        `extension ${name} is ${JSON.stringify(text)}; accepted: ${EXTENSIONS[name].accepted}`,
      );
    },
  );
  it('is covered by accepted and refused values, row by row', () => {
    const rows = listExtensions();
    expect(new Set(accepted.map(([name]) => name))).toEqual(new Set(rows));
    expect(new Set(refused.map(([name]) => name))).toEqual(new Set(rows));
  });
  it('parses any text without throwing, in time linear in its length', () => {
    const parts = fc.constantFrom(
      '1',
      ':',
      ',',
      '/',
      'tcp',
      '[',
      ']',
      '=',
      '-1',
      'nofile',
      ' ',
      '.',
      'k',
      'on-failure',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(parts).map((list) => list.join('')),
    );
    const name = fc.constantFrom(...listExtensions().filter(isExtensionName));
    fc.assert(
      fc.property(name, text, (key, value) => {
        EXTENSIONS[key].parse(value);
      }),
      { numRuns: 1000 },
    );
    for (const key of listExtensions().filter(isExtensionName)) {
      for (const unit of ['1', 'a', ':', '.', ' ', '1,']) EXTENSIONS[key].parse(unit.repeat(200_000));
    }
  });
});

describe('describeExtension', () => {
  it('says for every key what it takes and what holds without it', () => {
    for (const name of listExtensions()) {
      expect(describeExtension(name)).toMatch(new RegExp(`^${name}: .+\\. Takes .+\\. Default: .+\\.$`));
    }
  });
  it('refuses an unknown key and names the known ones', () => {
    expect(() => describeExtension('constructor')).toThrow('extension is "constructor"; accepted: user exposedPorts');
  });
});

describe('suspendMode and terminateMode', () => {
  it('take the template first, the fallback where it says nothing readable', () => {
    expect(suspendMode({ extensionList: { suspend: 'pause' } }, 'signal')).toBe('pause');
    expect(suspendMode({ extensionList: { suspend: 'nonsense' } }, 'pause')).toBe('pause');
    expect(suspendMode(undefined, 'signal')).toBe('signal');
    expect(terminateMode({ extensionList: { terminate: 'stop' } }, 'kill')).toBe('stop');
    expect(terminateMode({}, 'kill')).toBe('kill');
  });
});
