import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { ContainerCreateBody, HostConfigBody, MountBody } from '@docker-tracker/engine-client';
import { NANO_CPUS } from '../template/cpu-count.js';
import { isAbsolutePath } from '../template/host-path.js';
import { isCapabilityAllowed, isImageAllowed, isPathAllowed } from './allowed.js';
import { denied } from './denied.js';
import { judgeFiles } from './judge-files.js';
import type { TemplatePolicy } from './template-policy.js';

/** What the judgement knows beside policy and body. */
interface PolicyContext {
  /** Absolute; relative paths of the submitting host start there. */
  readonly workingDirectoryOfProcess: string;
  /** The tracker's own network: whoever opened it chose that. */
  readonly defaultNetwork?: string | undefined;
}

/**
 * Judges the create body as the engine would get it, so that no way of asking is forgotten, and the files of the
 * submitting host that the template names. A field that no rule knows is denied.
 * @throws {Drmaa2Error} DeniedByDrms naming attribute or extension, and value.
 */
export function judgeBody(
  policy: TemplatePolicy,
  body: ContainerCreateBody,
  template: JobTemplate,
  context: PolicyContext,
): void {
  const { HostConfig = {}, ...config } = body;
  for (const field of Object.keys(config)) {
    if (!FREE_CONFIG.has(field)) throw denied(field, undefined, 'nothing: no rule knows it');
  }
  if (policy.images !== undefined && !isImageAllowed(body.Image, policy.images)) {
    throw denied('jobCategory', body.Image, list(policy.images));
  }
  for (const field of Object.keys(HostConfig)) {
    if (FREE_HOST_CONFIG.has(field)) continue;
    const rule = Object.hasOwn(RULES, field) ? RULES[field as keyof typeof RULES] : undefined;
    if (rule === undefined) throw denied(field, undefined, 'nothing: no rule knows it');
    rule({ policy, context, host: HostConfig });
  }
  judgeCeilings(policy, HostConfig);
  judgeFiles(policy, template, context.workingDirectoryOfProcess);
}

const FREE_CONFIG: ReadonlySet<string> = new Set<keyof ContainerCreateBody>([
  ...(['Image', 'Cmd', 'Entrypoint', 'Env', 'Labels', 'Hostname', 'User', 'WorkingDir', 'StopSignal'] as const),
  ...(['StopTimeout', 'ExposedPorts', 'OpenStdin', 'StdinOnce', 'AttachStdin'] as const),
]);

/** They take from the job, or from its own share. */
const FREE_HOST_CONFIG: ReadonlySet<string> = new Set<keyof HostConfigBody>([
  ...(['AutoRemove', 'RestartPolicy', 'ReadonlyRootfs', 'Init', 'CapDrop', 'Dns', 'ExtraHosts', 'Tmpfs'] as const),
  ...(['Memory', 'MemorySwap', 'MemoryReservation', 'NanoCpus', 'CpuShares', 'ShmSize'] as const),
]);

interface Case {
  readonly policy: TemplatePolicy;
  readonly context: PolicyContext;
  readonly host: HostConfigBody;
}

const RULES: Partial<Record<keyof HostConfigBody, (judged: Case) => void>> = {
  Privileged: ({ policy, host }) => {
    if (host.Privileged === true && policy.privileged !== true) throw denied('extension privileged', 'true', 'false');
  },
  NetworkMode: ({ policy, host, context }) => {
    const own = context.defaultNetwork === undefined ? [] : [context.defaultNetwork];
    judgeWord('extension net', host.NetworkMode, ['none', 'bridge', 'default', ...own, ...(policy.net ?? [])]);
  },
  IpcMode: ({ policy, host }) => {
    judgeWord('extension ipc', host.IpcMode, ['none', 'private', 'shareable', ...(policy.ipc ?? [])]);
  },
  PidMode: ({ policy, host }) => {
    judgeWord('extension pid', host.PidMode, policy.pid ?? []);
  },
  UTSMode: ({ policy, host }) => {
    judgeWord('extension uts', host.UTSMode, policy.uts ?? []);
  },
  Binds: ({ policy, host }) => {
    for (const bind of host.Binds ?? []) judgeBind(policy, bind);
  },
  Mounts: ({ policy, host }) => {
    for (const mount of host.Mounts ?? []) judgeMount(policy, mount);
  },
  Devices: ({ policy, host }) => {
    for (const { PathOnHost } of host.Devices ?? []) {
      if (!isPathAllowed(PathOnHost, policy.devices)) {
        throw denied('extension device', PathOnHost, list(policy.devices));
      }
    }
  },
  DeviceRequests: ({ policy }) => {
    if (policy.gpus !== true) throw denied('extension gpus', undefined, 'none');
  },
  CapAdd: ({ policy, host }) => {
    for (const name of host.CapAdd ?? []) {
      if (!isCapabilityAllowed(name, policy.capabilities)) {
        throw denied('extension cap-add', name, list(policy.capabilities));
      }
    }
  },
  SecurityOpt: ({ policy, host }) => {
    const allowed = ['no-new-privileges', ...(policy.securityOptions ?? [])];
    for (const option of host.SecurityOpt ?? []) judgeWord('extension security-opt', option, allowed);
  },
  PortBindings: ({ policy }) => {
    if (policy.ports !== true) throw denied('extension exposedPorts', undefined, 'none');
  },
  LogConfig: ({ policy, host }) => {
    judgeWord('extension log-driver', host.LogConfig?.Type, [
      'json-file',
      'local',
      'none',
      ...(policy.logDrivers ?? []),
    ]);
  },
  Ulimits: ({ policy, host }) => {
    const allowed = ['core', 'cpu', 'data', 'fsize', 'rss', 'stack', ...(policy.ulimits ?? [])];
    for (const { Name } of host.Ulimits ?? []) judgeWord('extension ulimit or resourceLimits', Name, allowed);
  },
};

/** `source:target[:modes]`; a source that is no path is the name of a volume. */
function judgeBind(policy: TemplatePolicy, bind: string): void {
  const [source = '', , modes = ''] = bind.split(':');
  const words = modes.split(',');
  judgePropagation('stageInFiles', words);
  if (!isAbsolutePath(source)) judgeWord('stageInFiles', source, policy.volumes ?? []);
  else judgeSource(policy, 'stageInFiles', source, words.includes('ro') && !/[zZ]/.test(modes));
}

function judgeMount(policy: TemplatePolicy, mount: MountBody): void {
  const what = 'extension mounts';
  judgePropagation(what, [mount.BindOptions?.Propagation ?? '']);
  if (mount.Type === 'bind') judgeSource(policy, what, mount.Source ?? '/', mount.ReadOnly === true);
  else if (mount.Type === 'volume') {
    if (mount.Source !== undefined) judgeWord(what, mount.Source, policy.volumes ?? []);
    // A driver's options can name any device or folder of the host.
    const more = Object.keys(mount.VolumeOptions ?? {}).filter((option) => option !== 'NoCopy');
    if (more.length > 0) throw denied(what, more.join(' '), 'no options of a volume driver');
  } else if (mount.Type !== 'tmpfs') throw denied(what, mount.Type, 'bind, volume and tmpfs');
}

function judgeSource(policy: TemplatePolicy, what: string, source: string, readOnly: boolean): void {
  const { bindSources = [], readOnlyBindSources = [] } = policy;
  if (isPathAllowed(source, bindSources)) return;
  if (readOnly && isPathAllowed(source, readOnlyBindSources)) return;
  throw denied(what, source, `${list(bindSources)}; read-only: ${list(readOnlyBindSources)}`);
}

function judgePropagation(what: string, words: readonly string[]): void {
  const open = words.find((word) => /^r?(?:shared|slave)$/.test(word));
  if (open !== undefined) throw denied(what, open, 'private and rprivate propagation');
}

function judgeCeilings(policy: TemplatePolicy, host: HostConfigBody): void {
  const { maxMemory, maxCpus, maxShmSize } = policy;
  const { Memory = 0, MemorySwap = 0, NanoCpus = 0, ShmSize = 0 } = host;
  if (maxMemory !== undefined && (Memory === 0 || Memory > maxMemory || MemorySwap < 0)) {
    throw denied('extension memory', Memory === 0 ? 'without limit' : String(Memory), `at most ${maxMemory} bytes`);
  }
  if (maxCpus !== undefined && (NanoCpus === 0 || NanoCpus > maxCpus * NANO_CPUS)) {
    const asked = NanoCpus === 0 ? 'without limit' : String(NanoCpus / NANO_CPUS);
    throw denied('extension cpus', asked, `at most ${maxCpus}`);
  }
  if (maxShmSize !== undefined && ShmSize > maxShmSize) {
    throw denied('extension shm-size', String(ShmSize), `at most ${maxShmSize} bytes`);
  }
}

function judgeWord(what: string, asked: string | undefined, allowed: readonly string[]): void {
  if (asked !== undefined && !allowed.includes(asked)) throw denied(what, asked, list(allowed));
}

function list(allowed: readonly string[] | undefined): string {
  return allowed === undefined || allowed.length === 0 ? 'none' : allowed.join(' ');
}
