import { parseTimestamp } from '@docker-tracker/drmaa2';
import type { ContainerStats } from '@docker-tracker/engine-client';

/** Windows counts CPU time in steps of 100 ns, everybody else in nanoseconds. */
const WINDOWS_STEP_NANO = 100;

/** Only Windows tells the number of its processors here. */
export function isWindows({ num_procs }: ContainerStats): boolean {
  return num_procs > 0;
}

export function cpuSeconds(sample: ContainerStats): number {
  const total = sample.cpu_stats.cpu_usage.total_usage;
  return (isWindows(sample) ? total * WINDOWS_STEP_NANO : total) / 1e9;
}

/**
 * Percent of one processor between the sample before and this one; `undefined` where there is none before. On Linux the measure is the
 * CPU time that the whole host spent meanwhile, idle included, times its processors; on Windows the time between the two samples.
 */
export function cpuPercent(sample: ContainerStats): number | undefined {
  return isWindows(sample) ? ofTimeBetween(sample) : ofSystem(sample);
}

function ofSystem({ cpu_stats: now, precpu_stats: before }: ContainerStats): number | undefined {
  if (before.system_cpu_usage === 0) return undefined;
  const used = now.cpu_usage.total_usage - before.cpu_usage.total_usage;
  const possible = now.system_cpu_usage - before.system_cpu_usage;
  // Engines before 17.06 do not count the processors that are online.
  const processors = now.online_cpus === 0 ? now.cpu_usage.percpu_usage.length : now.online_cpus;
  return used > 0 && possible > 0 ? (used / possible) * processors * 100 : 0;
}

function ofTimeBetween({ read, preread, num_procs, cpu_stats, precpu_stats }: ContainerStats): number | undefined {
  const [from, to] = [parseTimestamp(preread), parseTimestamp(read)];
  if (from === undefined || to === undefined) return undefined;
  const possible = (Number(to - from) / WINDOWS_STEP_NANO) * num_procs;
  const used = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage;
  return used > 0 && possible > 0 ? (used / possible) * 100 : 0;
}
