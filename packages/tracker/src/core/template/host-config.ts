import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { HostConfigBody } from '@docker-tracker/engine-client';
import { bindMounts } from './bind-mounts.js';
import { readExtension } from './extensions.js';
import { portBindings } from './ports.js';

/**
 * Maps a template as it stands, without judging whether its parts fit together (an engine refuses AutoRemove with a
 * restart policy, for one).
 * @param options.workingDirectoryOfProcess - absolute; relative host paths of stageInFiles start there.
 * @param options.defaultNetwork - NetworkMode where the extension `net` is absent. Default: the engine's.
 * @throws {Drmaa2Error} InvalidArgument: an extension that cannot be read.
 */
export function hostConfig(
  template: JobTemplate,
  options: { readonly workingDirectoryOfProcess: string; readonly defaultNetwork?: string | undefined },
): HostConfigBody {
  const Binds = bindMounts(template.stageInFiles ?? {}, options.workingDirectoryOfProcess);
  const ports = readExtension(template, 'exposedPorts');
  const NetworkMode = readExtension(template, 'net') ?? options.defaultNetwork;
  const IpcMode = readExtension(template, 'ipc');
  const UTSMode = readExtension(template, 'uts');
  const PidMode = readExtension(template, 'pid');
  const RestartPolicy = readExtension(template, 'restart');
  const ShmSize = readExtension(template, 'shm-size');
  const Ulimits = readExtension(template, 'ulimit');
  const gpus = readExtension(template, 'gpus');
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
    ...(Ulimits !== undefined && { Ulimits }),
    ...(gpus !== undefined && { DeviceRequests: [{ Driver: 'nvidia', Count: gpus, Capabilities: [['gpu']] }] }),
  };
}

/** The engine removes a container at once; one whose files are still to be copied is removed by us. */
function hasStageOut({ stageOutFiles = {} }: JobTemplate): boolean {
  return Object.keys(stageOutFiles).length > 0;
}
