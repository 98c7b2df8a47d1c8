/** `GET /containers/{id}/json`. Engine spelling; fields that this package does not use are dropped by the decoder. */
export interface ContainerInspect {
  /** Full 64-digit id. */
  readonly Id: string;
  /** With a leading slash, as the engine sends it. */
  readonly Name: string;
  /** RFC 3339 with nanoseconds. */
  readonly Created: string;
  readonly Path: string;
  readonly Args: readonly string[];
  readonly State: ContainerState;
  /** Restarts made by the restart policy; a start by hand resets it. */
  readonly RestartCount: number;
  /** Image id, `sha256:…`. `Config.Image` has the reference that was asked for. */
  readonly Image: string;
  readonly Config: ContainerConfig;
  readonly HostConfig: HostConfig;
  readonly Mounts: readonly ContainerMount[];
  /** The operating system alone, such as `linux`. */
  readonly Platform: string;
  readonly NetworkSettings: NetworkSettings;
  /** Bytes written on top of the image; only with `size`. */
  readonly SizeRw?: number;
  /** Bytes of the image and what was written; only with `size`. */
  readonly SizeRootFs?: number;
}

/** Times are RFC 3339 with nanoseconds; `0001-01-01T00:00:00Z` means never. */
export interface ContainerState {
  /** `created` `running` `paused` `restarting` `removing` `exited` `dead`, or a word of a later engine. */
  readonly Status: string;
  /** True while paused and while restarting as well. */
  readonly Running: boolean;
  readonly Paused: boolean;
  readonly Restarting: boolean;
  readonly OOMKilled: boolean;
  readonly Dead: boolean;
  /** Process id on the engine's host; 0 when there is none. */
  readonly Pid: number;
  readonly ExitCode: number;
  /** Why a start failed; empty otherwise. */
  readonly Error: string;
  readonly StartedAt: string;
  readonly FinishedAt: string;
  readonly Health?: { readonly Status: string; readonly FailingStreak: number };
}

/** Lists are `null` where the engine says `null`; `Labels`, `ExposedPorts` and `Env` are never `null`. */
export interface ContainerConfig {
  readonly Hostname: string;
  readonly User: string;
  readonly Env: readonly string[];
  readonly Cmd: readonly string[] | null;
  readonly Entrypoint: readonly string[] | null;
  readonly Image: string;
  readonly Labels: Readonly<Record<string, string>>;
  readonly WorkingDir: string;
  /** Absent when the image and the create call named none (the engine then uses SIGTERM). */
  readonly StopSignal?: string;
  /** Seconds; absent: the engine's default of 10. */
  readonly StopTimeout?: number;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  readonly ExposedPorts: Readonly<Record<string, unknown>>;
}

/** Fields that this package's users ask for; absent means that the engine sent none (or `null`). */
export interface HostConfig {
  readonly AutoRemove: boolean;
  readonly RestartPolicy: RestartPolicy;
  readonly NetworkMode: string;
  readonly IpcMode: string;
  readonly PidMode: string;
  readonly UTSMode: string;
  readonly Privileged: boolean;
  /** Bytes. */
  readonly ShmSize: number;
  /** Bytes; 0: no limit. */
  readonly Memory: number;
  /** Billionths of a CPU; 0: no limit. */
  readonly NanoCpus: number;
  readonly CpuShares: number;
  readonly CpuQuota: number;
  readonly CpuPeriod: number;
  readonly CpusetCpus: string;
  readonly ReadonlyRootfs: boolean;
  readonly Init?: boolean;
  readonly PidsLimit?: number;
  readonly Binds: readonly string[];
  readonly PortBindings: Readonly<Record<string, readonly PortBinding[]>>;
  readonly Ulimits: readonly Ulimit[];
  readonly DeviceRequests: readonly DeviceRequest[];
  readonly CapAdd: readonly string[];
  readonly CapDrop: readonly string[];
  readonly LogConfig?: { readonly Type: string };
  /** Bytes. */
  readonly MemoryReservation: number;
  /** Bytes of memory and swap together; 0: the engine's choice. */
  readonly MemorySwap: number;
  readonly Tmpfs: Readonly<Record<string, string>>;
  readonly Dns: readonly string[];
  readonly ExtraHosts: readonly string[];
  readonly SecurityOpt: readonly string[];
  readonly Devices: readonly { readonly PathOnHost: string; readonly PathInContainer: string }[];
}

export interface RestartPolicy {
  /** `no`, `always`, `unless-stopped`, `on-failure`, or empty (the same as `no`). */
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

export interface PortBinding {
  readonly HostIp: string;
  readonly HostPort: string;
}

export interface Ulimit {
  readonly Name: string;
  readonly Soft: number;
  readonly Hard: number;
}

export interface DeviceRequest {
  readonly Driver: string;
  readonly Count: number;
  readonly DeviceIDs: readonly string[];
  readonly Capabilities: readonly (readonly string[])[];
}

export interface ContainerMount {
  readonly Type: string;
  readonly Name?: string;
  readonly Source: string;
  readonly Destination: string;
  readonly RW: boolean;
}

/** No top-level `IPAddress`: API 1.52 does not send it any more. */
export interface NetworkSettings {
  readonly Ports: Readonly<Record<string, readonly PortBinding[] | null>>;
  readonly Networks: Readonly<Record<string, { readonly NetworkID: string; readonly IPAddress: string }>>;
}

/** A row of `GET /containers/json`. It lags behind events, has no times but `Created`, and no exit code but the one in `Status`. */
export interface ContainerSummary {
  readonly Id: string;
  /** Each with a leading slash. Empty while the container is being removed. */
  readonly Names: readonly string[];
  readonly Image: string;
  readonly ImageID: string;
  readonly Command: string;
  /** Unix seconds. */
  readonly Created: number;
  readonly Labels: Readonly<Record<string, string>>;
  /** As `State.Status` of inspect. */
  readonly State: string;
  /** For people: `Exited (137) 3 seconds ago`, `Up 4 seconds (Paused)`. */
  readonly Status: string;
  readonly HostConfig: { readonly NetworkMode: string };
}
