import { compareApiVersions } from '../engine-profile.js';
import { formatTime } from '../events/engine-time.js';
import type { Container } from '../model/container.js';
import type { EngineModel } from '../model/engine-model.js';
import { hostConfigView } from './host-config-view.js';
import { networkSettingsView } from './network-view.js';

/** `GET /containers/{id}/json`. */
export function inspectView(model: EngineModel, container: Container, apiVersion: string): object {
  const words = [...container.config.Entrypoint, ...container.config.Cmd];
  const [path = '', ...args] = words;
  const folder = `/var/lib/docker/containers/${container.id}`;
  const file = (name: string): string => (container.startedAt === 0n ? '' : `${folder}/${name}`);
  return {
    Id: container.id,
    Created: formatTime(container.createdAt),
    Path: path,
    Args: args,
    State: stateView(container),
    Image: container.imageId,
    ResolvConfPath: file('resolv.conf'),
    HostnamePath: file('hostname'),
    HostsPath: file('hosts'),
    LogPath: file(`${container.id}-json.log`),
    Name: `/${container.name}`,
    RestartCount: container.restartCount,
    Driver: 'overlay2',
    Platform: 'linux',
    MountLabel: '',
    ProcessLabel: '',
    AppArmorProfile: '',
    ExecIDs: container.execIds.length === 0 ? null : container.execIds,
    HostConfig: hostConfigView(model.profile, container.hostConfig),
    GraphDriver: { Data: { MergedDir: `/var/lib/docker/overlay2/${container.id}/merged` }, Name: 'overlay2' },
    Mounts: mountsView(container),
    Config: configView(container, apiVersion),
    NetworkSettings: networkSettingsView(model, container, apiVersion),
  };
}

function stateView(container: Container): object {
  return {
    Status: container.status,
    Running: container.running,
    Paused: container.paused,
    Restarting: container.restarting,
    OOMKilled: container.oomKilled,
    Dead: container.dead,
    Pid: container.pid,
    ExitCode: container.exitCode,
    Error: container.error,
    StartedAt: formatTime(container.startedAt),
    FinishedAt: formatTime(container.finishedAt),
    ...(container.health === undefined
      ? {}
      : { Health: { Status: container.health.status, FailingStreak: container.health.failingStreak, Log: [] } }),
  };
}

function configView(container: Container, apiVersion: string): object {
  const { Cmd, Entrypoint, Env, StopSignal, StopTimeout, StdinOnce, OpenStdin, Tty, Labels, ...asked } =
    container.config;
  return {
    Hostname: container.id.slice(0, 12),
    Domainname: '',
    User: '',
    AttachStdin: false,
    AttachStdout: false,
    AttachStderr: false,
    Tty,
    OpenStdin,
    StdinOnce,
    Env: Env.length === 0 ? null : Env,
    Cmd: Cmd.length === 0 ? null : Cmd,
    Volumes: null,
    WorkingDir: '',
    Entrypoint: Entrypoint.length === 0 ? null : Entrypoint,
    ...(compareApiVersions(apiVersion, '1.52') >= 0 ? {} : { OnBuild: null }),
    Labels,
    ...(StopSignal === '' ? {} : { StopSignal }),
    ...(StopTimeout === undefined ? {} : { StopTimeout }),
    ...asked,
  };
}

function mountsView(container: Container): readonly object[] {
  const binds: unknown = container.hostConfig.Binds;
  if (!Array.isArray(binds)) return [];
  return binds.map((bind: unknown) => {
    const [source = '', destination = '', mode = ''] = String(bind).split(':');
    const rw = !mode.split(',').includes('ro');
    return { Type: 'bind', Source: source, Destination: destination, Mode: mode, RW: rw, Propagation: 'rprivate' };
  });
}
