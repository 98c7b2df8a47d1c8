/** Answer to a create call. */
export interface ContainerCreated {
  readonly Id: string;
  readonly Warnings: readonly string[];
}

/** Body of a `/wait` answer. */
export interface ContainerExit {
  readonly StatusCode: number;
  /** Present when waiting itself failed, or a start did. */
  readonly Error?: { readonly Message: string };
}

/** Answer to a `/top` call. */
export interface ContainerTop {
  readonly Titles: readonly string[];
  readonly Processes: readonly (readonly string[])[];
}

/** State of an exec. */
export interface ExecInspect {
  readonly ID: string;
  readonly Running: boolean;
  /** `null` until it ended. */
  readonly ExitCode: number | null;
  readonly Pid: number;
  readonly ContainerID: string;
}

/** One sample of `/stats`. Counters are cumulative; a stopped container gives a sample of zeros. */
export interface ContainerStats {
  /** RFC 3339 with nanoseconds; `0001-01-01T00:00:00Z` for a stopped container. */
  readonly read: string;
  readonly preread: string;
  readonly cpu_stats: CpuStats;
  readonly precpu_stats: CpuStats;
  readonly memory_stats: MemoryStats;
  readonly pids_stats: { readonly current: number; readonly limit: number };
  readonly networks: Readonly<Record<string, NetworkStats>>;
  readonly blkio_stats: { readonly io_service_bytes_recursive: readonly BlkioEntry[] };
  /** Processors; only of Windows. */
  readonly num_procs: number;
  /** Bytes from and to disks; only of Windows. */
  readonly storage_stats: { readonly read_size_bytes: number; readonly write_size_bytes: number };
}

/** Times in nanoseconds of CPU time, on Windows in steps of 100 ns. */
export interface CpuStats {
  readonly cpu_usage: {
    readonly total_usage: number;
    /** Empty under cgroup v2. */
    readonly percpu_usage: readonly number[];
    readonly usage_in_usermode: number;
    readonly usage_in_kernelmode: number;
  };
  readonly system_cpu_usage: number;
  readonly online_cpus: number;
}

/** Bytes. `stats` differs between cgroup v1 (`total_inactive_file`) and v2 (`inactive_file`). */
export interface MemoryStats {
  /** Only of Windows, which tells none of the others. */
  readonly privateworkingset: number;
  readonly usage: number;
  readonly max_usage: number;
  readonly limit: number;
  readonly stats: Readonly<Record<string, number>>;
}

export interface NetworkStats {
  readonly rx_bytes: number;
  readonly rx_packets: number;
  readonly tx_bytes: number;
  readonly tx_packets: number;
}

export interface BlkioEntry {
  readonly major: number;
  readonly minor: number;
  readonly op: string;
  readonly value: number;
}

/** File facts that come with an archive (`X-Docker-Container-Path-Stat`). */
export interface ArchiveStat {
  readonly name: string;
  readonly size: number;
  /** Go's file mode bits. */
  readonly mode: number;
  readonly mtime: string;
  readonly linkTarget: string;
}
