import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { json } from 'node:stream/consumers';
import { resolveEndpoint } from '@docker-tracker/engine-client';
import { DockerTracker, type JobTemplate, type TemplatePolicy } from '@docker-tracker/tracker';
import { describe, expect, it } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { run } from './onlooker.js';
import { engineHost, IMAGE, Rig } from './rig.js';

const POLICY: TemplatePolicy = {
  bindSources: ['/data', '/shared/*'],
  readOnlyBindSources: ['/etc/hostname', '/shared/*'],
  volumes: ['scratch'],
  files: ['/results/*', '/shared/*'],
  labels: ['team', 'org.example.*'],
  devices: ['/dev/null'],
  capabilities: ['NET_BIND_SERVICE'],
  images: [IMAGE, 'docker-tracker/*', 'busybox:*'],
  maxMemory: 64 * 1024 ** 2,
  maxCpus: 1,
  maxShmSize: 1024 ** 2,
};

const LIMITS = { memory: '64m', cpus: '1' };

type Attempt = readonly [title: string, template: Partial<JobTemplate>, names: string];

const asks = (extensionList: Readonly<Record<string, string>>): Partial<JobTemplate> => ({
  extensionList: { ...LIMITS, ...extensionList },
});
const binds = (source: string, target = '/x'): Partial<JobTemplate> => ({
  extensionList: LIMITS,
  stageInFiles: { [source]: target },
});
const mounts = (entry: string): Partial<JobTemplate> => asks({ mounts: entry });

const ATTEMPTS: readonly Attempt[] = [
  ['all rights', asks({ privileged: 'TRUE' }), 'extension privileged'],
  ['the host’s network', asks({ net: 'host' }), 'extension net'],
  ['the network of another container', asks({ net: 'container:db' }), 'extension net'],
  ['the engine’s network, where the tracker has none', asks({ net: 'bridge' }), 'extension net'],
  ['the same by its other name', asks({ net: 'default' }), 'extension net'],
  ['a network of somebody else', asks({ net: 'internal' }), 'extension net'],
  ['the host’s IPC', asks({ ipc: 'host' }), 'extension ipc'],
  ['the IPC of another container', asks({ ipc: 'container:db' }), 'extension ipc'],
  ['the host’s processes', asks({ pid: 'host' }), 'extension pid'],
  ['the processes of another container', asks({ pid: 'container:db' }), 'extension pid'],
  ['the host’s names', asks({ uts: 'host' }), 'extension uts'],
  ['the root of the host', binds('/'), 'stageInFiles'],
  ['the engine’s socket', binds('/var/run/docker.sock'), 'stageInFiles'],
  ['a folder above by ..', binds('/data/../etc'), 'stageInFiles'],
  ['a folder that begins alike', binds('/database'), 'stageInFiles'],
  ['what lies below a folder named alone', binds('/data/secret'), 'stageInFiles'],
  ['a folder of which only the contents are named', binds('/shared'), 'stageInFiles'],
  ['out of a folder with contents by ..', binds('/shared/../root'), 'stageInFiles'],
  ['what lies behind a link that a job made', binds('/shared/mine/link'), 'stageInFiles'],
  ['the same, to read', binds('/shared/mine/link', '/x:ro'), 'stageInFiles'],
  ['the same by ro:', binds('/shared/mine/link', 'ro:/x'), 'stageInFiles'],
  ['the same by mounts', mounts('type=bind,source=/shared/mine/link,target=/x'), 'extension mounts'],
  ['a copy of it', binds('/shared/mine/link', 'copy:/x'), 'stageInFiles'],
  ['it as input', { ...asks({}), inputPath: '/shared/mine/link' }, 'inputPath'],
  ['writing through it', { ...asks({}), outputPath: '/shared/mine/link/cron' }, 'outputPath'],
  ['copying through it', { ...asks({}), stageOutFiles: { '/x': '/shared/mine/link/x' } }, 'stageOutFiles'],
  ['out by .. behind a link', { ...asks({}), outputPath: '/results/link/../x' }, 'outputPath'],
  ['a relative way to a file of the host', { ...asks({}), inputPath: '../../etc/shadow' }, 'inputPath'],
  ['the descriptors of the tracker', { ...asks({}), outputPath: '/proc/self/fd/1' }, 'outputPath'],
  ['the output of the tracker', { ...asks({}), outputPath: '/dev/stdout' }, 'outputPath'],
  ['the input of the tracker', { ...asks({}), inputPath: '/dev/stdin' }, 'inputPath'],
  ['the home of the tracker’s user', { ...asks({}), inputPath: '$DRMAA2_HOME_DIR$/.ssh/id_rsa' }, 'inputPath'],
  ['a way out by doubled slashes', binds('//shared//..//etc//'), 'stageInFiles'],
  ['a relative path', binds('etc'), 'stageInFiles'],
  ['writing what may be read', binds('/etc/hostname'), 'stageInFiles'],
  ['relabelling what may be read', binds('/etc/hostname', '/x:ro,Z'), 'stageInFiles'],
  ['mounts that reach the host', binds('/data', '/x:rshared'), 'stageInFiles'],
  ['mounts that come from the host', binds('/data', '/x:rslave'), 'stageInFiles'],
  ['the same by mounts', mounts('type=bind,source=/data,target=/x,bind-propagation=shared'), 'extension mounts'],
  ['the host by mounts', mounts('type=bind,source=/data/../..,target=/x'), 'extension mounts'],
  ['a device by mounts', mounts('type=bind,source=/dev/sda,target=/x,readonly'), 'extension mounts'],
  ['writing by mounts', mounts('type=bind,source=/etc/hostname,target=/x'), 'extension mounts'],
  ['somebody’s volume', mounts('type=volume,source=database,target=/x'), 'extension mounts'],
  ['it behind one that is allowed', mounts('source=scratch,target=/a;source=scratch2,target=/b'), 'extension mounts'],
  ['a device', asks({ device: '/dev/mem' }), 'extension device'],
  ['a device by ..', asks({ device: '/dev/null/../kmsg' }), 'extension device'],
  ['a device behind one that is allowed', asks({ device: '/dev/null,/dev/kmsg' }), 'extension device'],
  ['graphics cards', asks({ gpus: 'all' }), 'extension gpus'],
  [
    'graphics cards by a variable',
    { ...asks({}), jobEnvironment: { NVIDIA_VISIBLE_DEVICES: 'all' } },
    'jobEnvironment NVIDIA_VISIBLE_DEVICES',
  ],
  [
    'their partition by another',
    { ...asks({}), jobEnvironment: { A: '1', NVIDIA_MIG_CONFIG_DEVICES: '0' } },
    'jobEnvironment NVIDIA_MIG_CONFIG_DEVICES',
  ],
  ['a route of the host’s proxy', asks({ labels: 'traefik.enable=true' }), 'extension labels'],
  ['a command of the host’s scheduler', asks({ labels: 'team=a;ofelia.job-exec.x.command=id' }), 'extension labels'],
  ['a label that begins alike', asks({ labels: 'teams=a' }), 'extension labels'],
  ['all capabilities', asks({ 'cap-add': 'all' }), 'extension cap-add'],
  ['a capability', asks({ 'cap-add': 'SYS_ADMIN' }), 'extension cap-add'],
  ['a capability behind one that is allowed', asks({ 'cap-add': 'NET_BIND_SERVICE,SYS_PTRACE' }), 'extension cap-add'],
  ['any system call', asks({ 'security-opt': 'seccomp=unconfined' }), 'extension security-opt'],
  ['no AppArmor', asks({ 'security-opt': 'no-new-privileges;apparmor=unconfined' }), 'extension security-opt'],
  ['no SELinux', asks({ 'security-opt': 'label=disable' }), 'extension security-opt'],
  ['a port of the host', asks({ exposedPorts: '80:80' }), 'extension exposedPorts'],
  ['a log driver that sends away', asks({ 'log-driver': 'syslog' }), 'extension log-driver'],
  ['real-time priority', asks({ ulimit: 'rtprio=99' }), 'extension ulimit'],
  ['locked memory', asks({ ulimit: 'core=0,memlock=-1' }), 'extension ulimit'],
  ['no limit of memory', { extensionList: { cpus: '1' } }, 'extension memory'],
  ['too much memory', asks({ memory: '65m' }), 'extension memory'],
  ['no limit of CPUs', { extensionList: { memory: '64m' } }, 'extension cpus'],
  ['too many CPUs', asks({ cpus: '1.01' }), 'extension cpus'],
  ['too much shared memory', asks({ 'shm-size': '2m' }), 'extension shm-size'],
  ['an image not named', { ...asks({}), jobCategory: 'alpine' }, 'jobCategory'],
  ['an image by its id', { ...asks({}), jobCategory: `sha256:${'a'.repeat(64)}` }, 'jobCategory'],
  ['an image that begins alike', { ...asks({}), jobCategory: 'docker-trackers/x' }, 'jobCategory'],
  ['an image further down', { ...asks({}), jobCategory: 'docker-tracker/x/y' }, 'jobCategory'],
  ['a digest where tags are named', { ...asks({}), jobCategory: `busybox:1@sha256:${'a'.repeat(64)}` }, 'jobCategory'],
  ['a registry in place of a tag', { ...asks({}), jobCategory: 'busybox:5000/evil' }, 'jobCategory'],
  ['somebody’s volume by stageInFiles', binds('database', 'volume:/x'), 'stageInFiles'],
  ['a copy of a file of the host', binds('/etc/shadow', 'copy:/x'), 'stageInFiles'],
  ['a file of the host as input', { ...asks({}), inputPath: '/etc/shadow' }, 'inputPath'],
  [
    'a file of the job over one of the host',
    { ...asks({}), stageOutFiles: { '/x': '/root/.ssh/authorized_keys' } },
    'stageOutFiles',
  ],
  ['writing files of the host', { ...asks({}), outputPath: '/etc/cron.d/job' }, 'outputPath'],
  ['the same by ..', { ...asks({}), errorPath: '/results/../etc/passwd' }, 'errorPath'],
];

const template = (more: Partial<JobTemplate>): JobTemplate => ({ jobCategory: IMAGE, remoteCommand: 'true', ...more });

describe('a policy', () => {
  it('has at least 30 attempts to withstand', () => {
    expect(ATTEMPTS.length).toBeGreaterThanOrEqual(30);
  });

  it('denies every attempt by name before the engine hears of it', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost(), policy: POLICY });
    for (const [title, more, names] of ATTEMPTS) {
      await expect(rig.tracker.addJob(template(more)), title).rejects.toMatchObject({
        code: 'DeniedByDrms',
        message: expect.stringMatching(new RegExp(`^the policy denies ${names}.*; allowed: `)) as string,
      });
    }
    // other sessions' jobs may be asked for meanwhile
    expect(proxy.requests.filter(({ method }) => method === 'POST')).toEqual([]);
    expect(proxy.requests.filter(({ path }) => path.includes('/images/'))).toEqual([]);
    expect(await rig.containers()).toEqual([]);
  });

  it('that names no images lets none be pulled', async () => {
    await using proxy = await EngineProxy.start({ upstream: engineHost() });
    await using rig = await Rig.open({ host: proxy.host, onlooker: engineHost(), policy: {} });
    for (const pull of ['always', 'missing']) {
      const evil = { ...template({ extensionList: { pull } }), jobCategory: '127.0.0.1:1/evil' };
      await expect(rig.tracker.addJob(evil)).rejects.toMatchObject({
        code: 'DeniedByDrms',
        message: `the policy denies extension pull "${pull}"; allowed: never`,
      });
    }
    expect(proxy.requests.filter(({ path }) => path.includes('/images/'))).toEqual([]);
  });

  it.each([
    ['a driver of volumes with its options', 'type=volume,source=scratch,volume-opt=device=/,target=/x'],
    ['another driver of volumes', 'type=volume,source=scratch,volume-driver=evil,target=/x'],
    ['a named pipe', 'type=npipe,source=/x,target=/x'],
    ['a mount over the root', 'type=volume,source=scratch,target=/x/..'],
    ['a second source', 'type=bind,source=/data,source=/,target=/x'],
  ])('has not to deny %s: no template can ask for it', async (_, entry) => {
    await using rig = await Rig.open({ policy: POLICY });
    await expect(rig.tracker.addJob(template(mounts(entry)))).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining('extension mounts') as string,
    });
    expect(await rig.containers()).toEqual([]);
  });

  it('has not to deny what no extension is: it reaches no engine', async () => {
    await using rig = await Rig.open({ policy: POLICY });
    const unknown = {
      ...{ 'cgroup-parent': '/', cgroupns: 'host', userns: 'host', runtime: 'other', 'volumes-from': 'db' },
      ...{ 'device-cgroup-rule': 'a *:* rwm', 'group-add': '0', 'publish-all': 'true', sysctl: 'kernel.x=1' },
      ...{ 'oom-score-adj': '-1000', 'pids-limit': '-1', 'memory-swap': '-1', HostConfig: '{"Privileged":true}' },
      ...{ ['__proto__']: '1', constructor: 'x', Privileged: 'true', 'PRIVILEGED ': 'true' },
    };
    const plain = await hostConfigOf(await rig.tracker.addJob(template(asks({}))));
    expect(await hostConfigOf(await rig.tracker.addJob(template(asks(unknown))))).toEqual(plain);
  });

  it('keeps what a job made a link to from the next job, and from the tracker', async () => {
    const host = await mkdtemp(join(tmpdir(), 'policy-'));
    try {
      const [shared, secret] = [join(host, 'shared'), join(host, 'secret')];
      await mkdir(join(shared, 'mine'), { recursive: true });
      await mkdir(secret);
      await writeFile(join(secret, 'key'), 'hunter2\n');
      const policy = { bindSources: [`${shared}/*`], readOnlyBindSources: [`${shared}/*`], files: [`${shared}/*`] };
      await using rig = await Rig.open({ policy });
      const stageInFiles = { [join(shared, 'mine')]: '/x' };
      expect(await run(rig.tracker, rig.sh(`ln -s ${secret} /x/link && echo made`, { stageInFiles }))).toBe('made\n');
      // The way is open but for the policy: the link leads to the key.
      expect(await readFile(join(shared, 'mine/link/key'), 'utf8')).toBe('hunter2\n');
      const link = join(shared, 'mine/link');
      const attempts: readonly Partial<JobTemplate>[] = [
        ...['/x', '/x:ro', 'ro:/x', 'copy:/x'].map((target) => ({ stageInFiles: { [link]: target } })),
        { extensionList: { mounts: `type=bind,source=${link},target=/x,readonly` } },
        { inputPath: `${link}/key` },
        { outputPath: `${link}/key` },
        { errorPath: `${link}/new` },
        { stageOutFiles: { '/etc/passwd': `${link}/key` } },
      ];
      for (const attempt of attempts) {
        await expect(rig.tracker.addJob(rig.sh('cat /x/key', attempt))).rejects.toMatchObject({
          code: 'DeniedByDrms',
          message: expect.stringContaining('where jobs may write and make links') as string,
        });
      }
      expect(await readdir(secret)).toEqual(['key']);
      expect(await readFile(join(secret, 'key'), 'utf8')).toBe('hunter2\n');
    } finally {
      await rm(host, { recursive: true });
    }
  });

  it('lets through what it names', async () => {
    await using rig = await Rig.open({ policy: POLICY });
    const asked = template({
      remoteCommand: 'cat',
      args: ['/in'],
      stageInFiles: { '/etc/hostname': '/in:ro' },
      ...asks({
        device: '/dev/null:/dev/nothing',
        'cap-add': 'NET_BIND_SERVICE',
        'cap-drop': 'ALL',
        'read-only': 'true',
        labels: 'team=a;org.example.job=7',
      }),
      jobEnvironment: { NVIDIA_VISIBLE_DEVICES: 'void' },
    });
    expect(await run(rig.tracker, asked)).not.toBe('');
  });

  it('may be narrower than its caller makes it later: it is copied at open', async () => {
    const policy = { capabilities: [] as string[] };
    await using rig = await Rig.open({ policy });
    policy.capabilities.push('SYS_ADMIN');
    const submission = rig.tracker.addJob(template({ extensionList: { 'cap-add': 'SYS_ADMIN' } }));
    await expect(submission).rejects.toMatchObject({ code: 'DeniedByDrms' });
  });

  it.each([
    [{ maxMemroy: 1 }, 'policy has the key "maxMemroy"; known: privileged'],
    [{ maxMemory: 0 }, 'policy.maxMemory is 0; accepted: a number above 0'],
    [{ bindSources: ['data'] }, 'an entry of policy.bindSources is "data"; accepted: an absolute path'],
    [{ net: 'host' }, 'policy.net is "host"; accepted: a list of texts'],
    [{ privileged: 'no' }, 'policy.privileged is "no"; accepted: true or false'],
    [[], 'policy is a list; accepted: an object'],
  ])('that says %j is refused at open', async (policy, message) => {
    const options = { host: engineHost(), session: 'policy', policy: policy as TemplatePolicy };
    await expect(DockerTracker.open(options)).rejects.toMatchObject({
      code: 'InvalidArgument',
      message: expect.stringContaining(message) as string,
    });
  });
});

/** All of it, as the engine sends it. */
function hostConfigOf(id: string): Promise<unknown> {
  const { socketPath } = resolveEndpoint({ DOCKER_HOST: engineHost() });
  return new Promise((resolve, reject) => {
    const request = get({ socketPath, path: `/containers/${id}/json` }, (answer) => {
      json(answer).then((container) => {
        resolve((container as { readonly HostConfig: unknown }).HostConfig);
      }, reject);
    });
    request.on('error', reject);
  });
}
