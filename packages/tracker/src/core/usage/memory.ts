import type { ContainerStats } from '@docker-tracker/engine-client';
import { isWindows } from './cpu.js';

/**
 * Bytes in use without unused pages of files, which the kernel drops as soon as it needs them. cgroup v1 counts those of the whole
 * container as `total_inactive_file`, v2 as `inactive_file` (which v1 has too, of the first cgroup alone). Windows: the private working set.
 */
export function memoryInUse(sample: ContainerStats): number {
  const { usage, stats, privateworkingset } = sample.memory_stats;
  if (isWindows(sample)) return privateworkingset;
  const unused = stats.total_inactive_file ?? stats.inactive_file ?? 0;
  return unused < usage ? usage - unused : usage;
}
