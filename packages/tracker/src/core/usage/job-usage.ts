import type { ContainerStats } from '@docker-tracker/engine-client';
import { cpuPercent, cpuSeconds } from './cpu.js';
import { memoryInUse } from './memory.js';

/** What a job uses, as of one sample. Counters are since its start. */
export interface JobUsage {
  /** When the engine took the sample, RFC 3339 with nanoseconds. */
  readonly read: string;
  /** Seconds of CPU time of all its processes together. */
  readonly cpuTime: number;
  /** Percent of one processor since the sample before, as `docker stats` has it: 200 is two processors. Absent in a first sample. */
  readonly cpuPercent?: number;
  /** Bytes in use now, without what could be dropped at once (unused pages of files), as `docker stats` has it. */
  readonly memoryBytes: number;
  /** The most bytes that it may use: its own limit, else the machine's memory. Absent on Windows. */
  readonly memoryLimitBytes?: number;
  /** `memoryBytes` of the limit. */
  readonly memoryPercent?: number;
  /** The most bytes in use: what the kernel counted, or where it does not (cgroup v2) the highest sample. */
  readonly peakMemoryBytes: number;
  /** Bytes over all networks; 0 without one. */
  readonly networkReceivedBytes: number;
  readonly networkSentBytes: number;
  /** Bytes from and to block devices. */
  readonly blockReadBytes: number;
  readonly blockWrittenBytes: number;
  /** Processes and threads that run now; 0 on Windows, whose engine does not tell. */
  readonly processes: number;
}

/**
 * Usage in the numbers that the docker command shows for the same sample.
 *
 * @returns `undefined` for the zeros of a container that does not run: they say nothing.
 * @source docker/cli cli/command/container/stats_helpers.go
 */
export function jobUsage(sample: ContainerStats, before?: JobUsage): JobUsage | undefined {
  const { read, cpu_stats, memory_stats, pids_stats, networks } = sample;
  if (cpu_stats.cpu_usage.total_usage === 0 && memory_stats.usage === 0 && memory_stats.privateworkingset === 0) {
    return undefined;
  }
  const percent = cpuPercent(sample);
  const memoryBytes = memoryInUse(sample);
  const { limit, max_usage } = memory_stats;
  return {
    read,
    cpuTime: cpuSeconds(sample),
    ...(percent !== undefined && { cpuPercent: percent }),
    memoryBytes,
    ...(limit > 0 && { memoryLimitBytes: limit, memoryPercent: (memoryBytes / limit) * 100 }),
    peakMemoryBytes: Math.max(max_usage, memoryBytes, before?.peakMemoryBytes ?? 0),
    networkReceivedBytes: sum(Object.values(networks).map(({ rx_bytes }) => rx_bytes)),
    networkSentBytes: sum(Object.values(networks).map(({ tx_bytes }) => tx_bytes)),
    blockReadBytes: blockBytes(sample, 'r') + sample.storage_stats.read_size_bytes,
    blockWrittenBytes: blockBytes(sample, 'w') + sample.storage_stats.write_size_bytes,
    processes: pids_stats.current,
  };
}

/** cgroup v1 says `Read` and `Write`, v2 `read` and `write`; both have other words, which count the same bytes again. */
function blockBytes({ blkio_stats }: ContainerStats, letter: 'r' | 'w'): number {
  const entries = blkio_stats.io_service_bytes_recursive.filter(({ op }) => op.toLowerCase().startsWith(letter));
  return sum(entries.map(({ value }) => value));
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
