import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { ContainerCreateBody, HostConfigBody } from '@docker-tracker/engine-client';
import { NANO_CPUS } from '../template/cpu-count.js';
import { readExtension } from '../template/extensions.js';
import { isCapabilityAllowed, isImageAllowed } from './allowed.js';
import { denied, judgeWord, list } from './denied.js';
import { judgeEnvironment } from './judge-environment.js';
import { judgeFiles } from './judge-files.js';
import { judgeLabels } from './judge-labels.js';
import { judgeBind, judgeDevice, judgeMount } from './judge-mounts.js';
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
  judgePull(policy, template);
  judgeEnvironment(policy, body.Env ?? []);
  judgeLabels(policy, body.Labels ?? {});
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
    // Whoever opened the tracker with `none` meant that: the engine's own network is free only where it is the tracker's.
    const own = context.defaultNetwork === undefined ? ['bridge', 'default'] : [context.defaultNetwork];
    judgeWord('extension net', host.NetworkMode, ['none', ...own, ...(policy.net ?? [])]);
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
    for (const { PathOnHost } of host.Devices ?? []) judgeDevice(policy, PathOnHost);
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

/** A pull fetches from whatever registry the reference names, with the tracker's logins, and fills the engine's disk. */
function judgePull(policy: TemplatePolicy, template: JobTemplate): void {
  const pull = readExtension(template, 'pull') ?? 'never';
  if (policy.images === undefined) judgeWord('extension pull', pull, ['never']);
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
