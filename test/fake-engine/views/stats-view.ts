import { formatTime } from '../events/engine-time.js';
import type { Container } from '../model/container.js';
import type { EngineModel } from '../model/engine-model.js';

/** Numbers a test may set for a container; they grow by themselves otherwise. */
export interface StatsSample {
  readonly cpuNs?: number;
  readonly systemCpuNs?: number;
  readonly memoryBytes?: number;
  readonly pids?: number;
}

/** A sample, and when it was taken. */
export interface TakenSample {
  readonly at: bigint;
  readonly sample: StatsSample;
}

/** One sample of `GET …/stats`; a container that does not run answers with empty numbers. */
export function statsView(
  model: EngineModel,
  container: Container,
  { at, sample }: TakenSample,
  before: TakenSample | undefined,
): object {
  const isRunning = container.process !== undefined;
  return {
    id: container.id,
    name: `/${container.name}`,
    ...(model.profile.name === '29.1' ? { os_type: 'linux' } : {}),
    read: isRunning ? formatTime(at) : '0001-01-01T00:00:00Z',
    preread: formatTime(isRunning && before ? before.at : 0n),
    pids_stats: isRunning ? { current: sample.pids ?? 1 } : {},
    blkio_stats: { io_service_bytes_recursive: [], io_serviced_recursive: [] },
    num_procs: 0,
    storage_stats: {},
    cpu_stats: isRunning ? cpuView(sample) : EMPTY_CPU,
    precpu_stats: isRunning && before ? cpuView(before.sample) : EMPTY_CPU,
    memory_stats: isRunning
      ? {
          usage: sample.memoryBytes ?? 2_621_440,
          stats: { inactive_file: 1_888_256, total_inactive_file: 1_888_256, cache: 1_904_640, rss: 53_248 },
          limit: container.hostConfig.Memory === 0 ? 25_276_514_304 : container.hostConfig.Memory,
        }
      : {},
  };
}

const EMPTY_CPU = {
  cpu_usage: { total_usage: 0, usage_in_kernelmode: 0, usage_in_usermode: 0 },
  throttling_data: { periods: 0, throttled_periods: 0, throttled_time: 0 },
};

function cpuView({ cpuNs = 21_736_491, systemCpuNs = 11_436_520_000_000 }: StatsSample): object {
  return {
    ...EMPTY_CPU,
    cpu_usage: { total_usage: cpuNs, usage_in_kernelmode: 10_000_000, usage_in_usermode: 0 },
    system_cpu_usage: systemCpuNs,
    online_cpus: 2,
  };
}
