/** What `/_ping` tells, from its headers. */
export interface EnginePing {
  /** Highest API version that the engine speaks, e.g. `1.41`; absent when it does not say. */
  readonly apiVersion?: string;
  /** `linux` or `windows`. */
  readonly osType?: string;
  /** e.g. `Docker/20.10.24 (linux)`. */
  readonly server?: string;
  readonly experimental: boolean;
}

/** `GET /version`. */
export interface SystemVersion {
  readonly Version: string;
  readonly ApiVersion: string;
  readonly MinAPIVersion: string;
  readonly Os: string;
  readonly Arch: string;
  readonly KernelVersion: string;
}

/** `GET /info`. */
export interface SystemInfo {
  /** Stable over restarts of the engine. */
  readonly ID: string;
  readonly Name: string;
  /** The engine's clock, RFC 3339 with nanoseconds, kept as text. */
  readonly SystemTime: string;
  readonly ServerVersion: string;
  readonly OSType: string;
  readonly OperatingSystem: string;
  readonly Architecture: string;
  readonly KernelVersion: string;
  readonly NCPU: number;
  /** Bytes. */
  readonly MemTotal: number;
  readonly LiveRestoreEnabled: boolean;
  readonly CgroupVersion: string;
  readonly CgroupDriver: string;
  readonly Driver: string;
  readonly LoggingDriver: string;
  readonly Containers: number;
  readonly ContainersRunning: number;
  readonly ContainersPaused: number;
  readonly ContainersStopped: number;
  readonly Images: number;
  /** Names of the installed runtimes. */
  readonly Runtimes: Readonly<Record<string, unknown>>;
  readonly SecurityOptions: readonly string[];
}
