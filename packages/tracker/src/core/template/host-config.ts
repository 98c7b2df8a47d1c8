import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { HostConfigBody } from '@docker-tracker/engine-client';
import { bindMounts } from './bind-mounts.js';
import { readExtension } from './extensions.js';
import { hostShare, type EngineHost } from './host-share.js';
import { portBindings } from './ports.js';
import { resourceLimits } from './resource-limits.js';

/**
 * Maps a template as it stands, without judging whether its parts fit together (an engine refuses AutoRemove with a
 * restart policy, for one).
 * @param options.workingDirectoryOfProcess - absolute; relative host paths of stageInFiles start there.
 * @param options.defaultNetwork - NetworkMode where the extension `net` is absent. Default: the engine's.
 * @param options.engineHost - what the template's CPUs and memory are compared with. Default: nothing.
 * @throws {Drmaa2Error} InvalidArgument: an extension that cannot be read.
 */
export function hostConfig(
  template: JobTemplate,
  options: {
    readonly workingDirectoryOfProcess: string;
    readonly defaultNetwork?: string | undefined;
    readonly engineHost?: EngineHost | undefined;
  },
): HostConfigBody {
  const Binds = bindMounts(template.stageInFiles ?? {}, options.workingDirectoryOfProcess);
  const ports = readExtension(template, 'exposedPorts');
  const NetworkMode = readExtension(template, 'net') ?? options.defaultNetwork;
  const IpcMode = readExtension(template, 'ipc');
  const UTSMode = readExtension(template, 'uts');
  const PidMode = readExtension(template, 'pid');
  const RestartPolicy = readExtension(template, 'restart');
  const ShmSize = readExtension(template, 'shm-size');
  const Ulimits = [...(readExtension(template, 'ulimit') ?? []), ...resourceLimits(template).ulimits];
  const gpus = readExtension(template, 'gpus');
  const Init = readExtension(template, 'init');
  return {
    ...(Binds.length > 0 && { Binds }),
    ...(ports !== undefined && { PortBindings: portBindings(ports) }),
    ...(NetworkMode !== undefined && { NetworkMode }),
    ...(IpcMode !== undefined && { IpcMode }),
    ...(UTSMode !== undefined && { UTSMode }),
    ...(PidMode !== undefined && { PidMode }),
    ...(readExtension(template, 'privileged') === true && { Privileged: true }),
    ...(readExtension(template, 'rm') === true && !hasStageOut(template) && { AutoRemove: true }),
    ...(RestartPolicy !== undefined && { RestartPolicy }),
    ...(ShmSize !== undefined && { ShmSize }),
    ...(Ulimits.length > 0 && { Ulimits }),
    ...(gpus !== undefined && { DeviceRequests: [{ Driver: 'nvidia', Count: gpus, Capabilities: [['gpu']] }] }),
    ...(Init !== undefined && { Init }),
    ...(readExtension(template, 'read-only') === true && { ReadonlyRootfs: true }),
    ...present('Mounts', readExtension(template, 'mounts')),
    ...present('Tmpfs', readExtension(template, 'tmpfs')),
    ...hostShare(template, options.engineHost),
    ...present('CapAdd', readExtension(template, 'cap-add')),
    ...present('CapDrop', readExtension(template, 'cap-drop')),
    ...present('Dns', readExtension(template, 'dns')),
    ...present('ExtraHosts', readExtension(template, 'add-host')),
    ...present('Devices', readExtension(template, 'device')),
    ...present('SecurityOpt', readExtension(template, 'security-opt')),
    ...present('LogConfig', logConfig(readExtension(template, 'log-driver'))),
  };
}

function logConfig(driver: string | undefined): HostConfigBody['LogConfig'] {
  return driver === undefined ? undefined : { Type: driver };
}

/** A field, or none at all: what is not asked for is not said. */
function present<Name extends keyof HostConfigBody>(name: Name, value: HostConfigBody[Name]): Partial<HostConfigBody> {
  return value === undefined ? {} : { [name]: value };
}

/** The engine removes a container at once; one whose files are still to be copied is removed by us. */
function hasStageOut({ stageOutFiles = {} }: JobTemplate): boolean {
  return Object.keys(stageOutFiles).length > 0;
}
