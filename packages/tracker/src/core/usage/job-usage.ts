/** What a job uses, as of one sample. */
export interface JobUsage {
  /** When the engine took the sample, RFC 3339 with nanoseconds. */
  readonly read: string;
  /** Seconds of CPU time of all its processes together, since its start. */
  readonly cpuTime: number;
  /** Bytes in use now, without what could be dropped at once (unused pages of files). */
  readonly memoryBytes: number;
  /** The most bytes in use: what the kernel counted, or where it does not (cgroup v2) the highest sample. */
  readonly peakMemoryBytes: number;
  readonly processes: number;
}

/** The engine's numbers that usage is read off. */
export interface UsageSample {
  readonly read: string;
  readonly cpu_stats: { readonly cpu_usage: { readonly total_usage: number } };
  readonly memory_stats: {
    readonly usage: number;
    readonly max_usage: number;
    readonly stats: Readonly<Record<string, number>>;
  };
  readonly pids_stats: { readonly current: number };
}

/** @returns `undefined` for the zeros of a container that does not run: they say nothing. */
export function jobUsage(sample: UsageSample, before?: JobUsage): JobUsage | undefined {
  const { read, cpu_stats, memory_stats, pids_stats } = sample;
  const { usage, max_usage, stats } = memory_stats;
  const nanoseconds = cpu_stats.cpu_usage.total_usage;
  if (nanoseconds === 0 && usage === 0) return undefined;
  const memoryBytes = Math.max(0, usage - (stats.total_inactive_file ?? stats.inactive_file ?? 0));
  return {
    read,
    cpuTime: nanoseconds / 1e9,
    memoryBytes,
    peakMemoryBytes: Math.max(max_usage, memoryBytes, before?.peakMemoryBytes ?? 0),
    processes: pids_stats.current,
  };
}
