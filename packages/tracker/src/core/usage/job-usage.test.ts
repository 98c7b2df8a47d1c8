import { describe, expect, it } from 'vitest';
import { jobUsage, type UsageSample } from './job-usage.js';

function sample(usage: number, max_usage: number, stats = {}): UsageSample {
  return {
    read: '2026-11-23T20:44:51.239138302Z',
    cpu_stats: { cpu_usage: { total_usage: 1_500_000_000 } },
    memory_stats: { usage, max_usage, stats },
    pids_stats: { current: 2 },
  };
}

describe('jobUsage', () => {
  it.each([
    ['cgroup v1', { total_inactive_file: 100, inactive_file: 7 }],
    ['cgroup v2', { inactive_file: 100 }],
  ])('counts no memory that holds unused pages of files: %s', (_which, stats) => {
    expect(jobUsage(sample(1000, 3000, stats))).toEqual({
      read: '2026-11-23T20:44:51.239138302Z',
      cpuTime: 1.5,
      memoryBytes: 900,
      peakMemoryBytes: 3000,
      processes: 2,
    });
  });

  it('keeps the highest sample where the kernel counts none', () => {
    const high = jobUsage(sample(1000, 0));
    expect(jobUsage(sample(10, 0), high)?.peakMemoryBytes).toBe(1000);
  });

  it('is nothing for a container that does not run', () => {
    expect(jobUsage({ ...sample(0, 0), cpu_stats: { cpu_usage: { total_usage: 0 } } })).toBeUndefined();
  });
});
