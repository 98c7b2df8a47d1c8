import type { DeviceRequest, PortBinding, RestartPolicy, Ulimit } from './container.js';

/** Body of `POST /containers/create`. Engine spelling; what is absent is left to the image and the engine. */
export interface ContainerCreateBody {
  readonly Image: string;
  readonly Cmd?: readonly string[];
  readonly Entrypoint?: readonly string[];
  readonly Env?: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly Hostname?: string;
  readonly Domainname?: string;
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly StopSignal?: string;
  /** Seconds. */
  readonly StopTimeout?: number;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly ExposedPorts?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly Volumes?: Readonly<Record<string, Readonly<Record<string, never>>>>;
  readonly NetworkDisabled?: boolean;
  readonly Healthcheck?: HealthcheckBody;
  readonly HostConfig?: HostConfigBody;
  readonly NetworkingConfig?: { readonly EndpointsConfig?: Readonly<Record<string, unknown>> };
}

/** Durations in nanoseconds. */
export interface HealthcheckBody {
  readonly Test: readonly string[];
  readonly Interval?: number;
  readonly Timeout?: number;
  readonly StartPeriod?: number;
  readonly Retries?: number;
}

/** `HostConfig` of a create body: every field may be left out. */
export interface HostConfigBody extends ResourcesBody {
  readonly AutoRemove?: boolean;
  readonly RestartPolicy?: { readonly Name: string; readonly MaximumRetryCount?: number };
  readonly Binds?: readonly string[];
  readonly Mounts?: readonly MountBody[];
  readonly Tmpfs?: Readonly<Record<string, string>>;
  readonly NetworkMode?: string;
  readonly IpcMode?: string;
  readonly PidMode?: string;
  readonly UTSMode?: string;
  readonly UsernsMode?: string;
  readonly CgroupnsMode?: string;
  readonly PortBindings?: Readonly<Record<string, readonly Partial<PortBinding>[]>>;
  readonly PublishAllPorts?: boolean;
  readonly Privileged?: boolean;
  readonly ReadonlyRootfs?: boolean;
  readonly Init?: boolean;
  /** Bytes. */
  readonly ShmSize?: number;
  readonly Ulimits?: readonly Ulimit[];
  readonly DeviceRequests?: readonly Partial<DeviceRequest>[];
  readonly Devices?: readonly { PathOnHost: string; PathInContainer: string; CgroupPermissions: string }[];
  readonly CapAdd?: readonly string[];
  readonly CapDrop?: readonly string[];
  readonly SecurityOpt?: readonly string[];
  readonly ExtraHosts?: readonly string[];
  readonly Dns?: readonly string[];
  readonly Sysctls?: Readonly<Record<string, string>>;
  readonly GroupAdd?: readonly string[];
  readonly LogConfig?: { readonly Type: string; readonly Config?: Readonly<Record<string, string>> };
  readonly OomScoreAdj?: number;
}

/** What `POST /containers/{id}/update` may change as well. */
export interface ResourcesBody {
  /** Bytes; 0: no limit. */
  readonly Memory?: number;
  /** Bytes; -1: no limit. */
  readonly MemorySwap?: number;
  readonly MemoryReservation?: number;
  /** Billionths of a CPU. */
  readonly NanoCpus?: number;
  readonly CpuShares?: number;
  readonly CpuQuota?: number;
  readonly CpuPeriod?: number;
  readonly CpusetCpus?: string;
  readonly PidsLimit?: number;
  readonly BlkioWeight?: number;
  readonly OomKillDisable?: boolean;
}

export interface MountBody {
  readonly Type: 'bind' | 'volume' | 'tmpfs' | 'npipe' | 'image';
  readonly Source?: string;
  readonly Target: string;
  readonly ReadOnly?: boolean;
  readonly BindOptions?: { readonly Propagation?: string };
  readonly VolumeOptions?: { readonly NoCopy?: boolean };
  /** `Mode` is a number: 0o700 is 448. */
  readonly TmpfsOptions?: { readonly SizeBytes?: number; readonly Mode?: number };
}

/** Body of `POST /containers/{id}/update`. */
export interface ContainerUpdateBody extends ResourcesBody {
  readonly RestartPolicy?: RestartPolicy;
}

/** Body of `POST /containers/{id}/exec`. */
export interface ExecCreateBody {
  readonly Cmd: readonly string[];
  readonly AttachStdin?: boolean;
  readonly AttachStdout?: boolean;
  readonly AttachStderr?: boolean;
  readonly Tty?: boolean;
  readonly Env?: readonly string[];
  readonly User?: string;
  readonly WorkingDir?: string;
  readonly Privileged?: boolean;
}
