import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { ContainerCreateBody } from '@docker-tracker/engine-client';
import { environmentList } from './environment.js';
import { readExtension } from './extensions.js';
import { exposedPorts } from './ports.js';
import { DEFAULT_STOP_SIGNAL } from './stop-signal.js';

/** The part of a create body that describes the job rather than its host, labels apart. */
export type ContainerConfigBody = Omit<ContainerCreateBody, 'Labels' | 'HostConfig' | 'NetworkingConfig'>;

/**
 * Maps a template as it stands, without judging whether its parts fit together.
 * @param options.imageStopSignal - what the image names (`Config.StopSignal`); it gives way to the template's.
 * @throws {Drmaa2Error} InvalidArgument: an extension or an environment key that cannot be read.
 */
export function containerConfig(
  template: JobTemplate,
  options: { readonly imageStopSignal?: string | undefined } = {},
): ContainerConfigBody {
  const { jobCategory = '', remoteCommand = '', args = [], workingDirectory = '', jobEnvironment = {} } = template;
  const hostname = readExtension(template, 'hostname') ?? template.candidateMachines?.[0] ?? '';
  const Env = environmentList(jobEnvironment);
  const User = readExtension(template, 'user');
  const ports = readExtension(template, 'exposedPorts');
  const Entrypoint = readExtension(template, 'entrypoint');
  const StopTimeout = readExtension(template, 'stop-timeout');
  return {
    Image: jobCategory,
    ...(remoteCommand !== '' && { Cmd: [remoteCommand, ...args] }),
    ...(Entrypoint !== undefined && { Entrypoint }),
    ...(Env.length > 0 && { Env }),
    ...(hostname !== '' && { Hostname: hostname }),
    ...(User !== undefined && { User }),
    ...(workingDirectory !== '' && { WorkingDir: workingDirectory }),
    ...(ports !== undefined && { ExposedPorts: exposedPorts(ports) }),
    // Once: the job sees the end of its input when the one reader that we attach has ended.
    ...(hasInput(template) && { OpenStdin: true, StdinOnce: true, AttachStdin: true }),
    StopSignal: stopSignal(template, options.imageStopSignal),
    ...(StopTimeout !== undefined && { StopTimeout }),
  };
}

/** Always said: without it any signal sent through the API, a suspension included, cancels the restart policy. */
function stopSignal(template: JobTemplate, imageStopSignal = ''): string {
  return readExtension(template, 'stop-signal') ?? (imageStopSignal === '' ? DEFAULT_STOP_SIGNAL : imageStopSignal);
}

function hasInput({ inputPath = '' }: JobTemplate): boolean {
  return inputPath !== '' && inputPath !== '/dev/null';
}
