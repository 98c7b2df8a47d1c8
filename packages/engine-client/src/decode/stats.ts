import type { ArchiveStat, ContainerStats, CpuStats } from '../wire/container-answer.js';
import { dictionary, list, number, or, shape, text } from './decoder.js';

const count = or(number, 0);
const NEVER = '0001-01-01T00:00:00Z';

const cpu = shape<CpuStats>({
  cpu_usage: (value, path) => cpuUsage(value ?? {}, path),
  system_cpu_usage: count,
  online_cpus: count,
});

const cpuUsage = shape<CpuStats['cpu_usage']>({
  total_usage: count,
  percpu_usage: or(list(count), []),
  usage_in_usermode: count,
  usage_in_kernelmode: count,
});

const memory = shape<ContainerStats['memory_stats']>({
  privateworkingset: count,
  usage: count,
  max_usage: count,
  limit: count,
  stats: or(dictionary(count), {}),
});

const pids = shape<ContainerStats['pids_stats']>({ current: count, limit: count });

const blkio = shape<ContainerStats['blkio_stats']>({
  io_service_bytes_recursive: or(list(shape({ major: count, minor: count, op: or(text, ''), value: count })), []),
});

const storage = shape<ContainerStats['storage_stats']>({ read_size_bytes: count, write_size_bytes: count });

export const decodeContainerStats = shape<ContainerStats>({
  read: or(text, NEVER),
  preread: or(text, NEVER),
  cpu_stats: (value, path) => cpu(value ?? {}, path),
  precpu_stats: (value, path) => cpu(value ?? {}, path),
  memory_stats: (value, path) => memory(value ?? {}, path),
  pids_stats: (value, path) => pids(value ?? {}, path),
  networks: or(dictionary(shape({ rx_bytes: count, rx_packets: count, tx_bytes: count, tx_packets: count })), {}),
  blkio_stats: (value, path) => blkio(value ?? {}, path),
  num_procs: count,
  storage_stats: (value, path) => storage(value ?? {}, path),
});

export const decodeArchiveStat = shape<ArchiveStat>({
  name: or(text, ''),
  size: count,
  mode: count,
  mtime: or(text, ''),
  linkTarget: or(text, ''),
});
