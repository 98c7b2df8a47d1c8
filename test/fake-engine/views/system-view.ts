import { formatTime } from '../events/engine-time.js';
import type { EngineModel } from '../model/engine-model.js';

/** `GET /info`: the part a client may want; `SystemTime` is the engine's clock with its nanoseconds. */
export function infoView(model: EngineModel): object {
  const statuses = [...model.containers.all()].map(({ status }) => status);
  const count = (...wanted: string[]): number => statuses.filter((status) => wanted.includes(status)).length;
  return {
    ID: model.engineId,
    Containers: statuses.length,
    ContainersRunning: count('running', 'restarting'),
    ContainersPaused: count('paused'),
    ContainersStopped: count('created', 'exited', 'dead', 'removing'),
    Images: model.images.list().length,
    Driver: 'overlay2',
    MemoryLimit: true,
    SwapLimit: true,
    CpuCfsPeriod: true,
    CpuCfsQuota: true,
    PidsLimit: true,
    Debug: false,
    NEventsListener: model.bus.subscriptions.length,
    SystemTime: formatTime(model.clock.now()),
    LoggingDriver: 'json-file',
    CgroupDriver: 'cgroupfs',
    CgroupVersion: '1',
    KernelVersion: '6.1.0',
    OperatingSystem: 'Debian GNU/Linux 12 (bookworm)',
    OSVersion: '12',
    OSType: 'linux',
    Architecture: 'x86_64',
    NCPU: 2,
    MemTotal: 25_276_514_304,
    DockerRootDir: '/var/lib/docker',
    Name: 'fake-engine',
    Labels: [],
    ExperimentalBuild: false,
    ServerVersion: model.profile.version,
    Runtimes: { runc: { path: 'runc' } },
    DefaultRuntime: 'runc',
    Swarm: { NodeID: '', LocalNodeState: 'inactive', ControlAvailable: false },
    LiveRestoreEnabled: model.liveRestore,
    InitBinary: 'docker-init',
    SecurityOptions: ['name=seccomp,profile=default'],
    Warnings: null,
  };
}

/** `GET /version`. */
export function versionView(model: EngineModel): object {
  const { version, apiVersion, minApiVersion } = model.profile;
  const build = { GitCommit: 'fake', GoVersion: 'go1.24.4', KernelVersion: '6.1.0', BuildTime: 'fake' };
  const os = { Os: 'linux', Arch: 'amd64' };
  return {
    Platform: { Name: '' },
    Components: [
      {
        Name: 'Engine',
        Version: version,
        Details: {
          ...build,
          ...os,
          ApiVersion: apiVersion,
          MinAPIVersion: minApiVersion,
          Experimental: 'false',
        },
      },
    ],
    Version: version,
    ApiVersion: apiVersion,
    MinAPIVersion: minApiVersion,
    ...os,
    ...build,
  };
}
