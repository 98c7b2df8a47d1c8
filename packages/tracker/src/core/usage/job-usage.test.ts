import { readFileSync } from 'node:fs';
import { decodeContainerStats, type ContainerStats } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { jobUsage } from './job-usage.js';

/** In use, less `total_inactive_file`. */
const MEMORY_V1 = 27_340_800 - 26_214_400;

/** Where they come from: test/recorded/stats/README.md. */
function recorded(name: string): Record<string, unknown> {
  const file = new URL(`../../../../../test/recorded/stats/${name}.json`, import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>;
}

function sample(name: string, changed: Readonly<Record<string, unknown>> = {}): ContainerStats {
  return decodeContainerStats({ ...recorded(name), ...changed }, 'stats');
}

describe('F49: jobUsage', () => {
  it('reads a sample of a host with cgroup v1', () => {
    expect(jobUsage(sample('linux-cgroup-v1'))).toEqual({
      read: '2026-11-25T23:21:42.866522007Z',
      cpuTime: 1.246227258,
      // (1246227258 - 901297047) / (3738380000000 - 3736360000000) x 2 processors
      cpuPercent: expect.closeTo(34.1515, 4),
      memoryBytes: MEMORY_V1,
      memoryLimitBytes: 134_217_728,
      memoryPercent: expect.closeTo((MEMORY_V1 / 134_217_728) * 100, 10),
      peakMemoryBytes: 27_959_296,
      networkReceivedBytes: 0,
      networkSentBytes: 0,
      blockReadBytes: 0,
      blockWrittenBytes: 0,
      processes: 1,
    });
  });

  it('reads a sample of a host with cgroup v2: other words for memory, no peak, every network, disks summed by direction', () => {
    expect(jobUsage(sample('linux-cgroup-v2'))).toMatchObject({
      cpuTime: 5.3,
      cpuPercent: expect.closeTo((1.5 / 3.99) * 4 * 100, 10),
      memoryBytes: 104_660_992,
      memoryPercent: expect.closeTo(19.4946, 4),
      peakMemoryBytes: 104_660_992,
      networkReceivedBytes: 2_000_000,
      networkSentBytes: 300_000,
      blockReadBytes: 6_291_456,
      blockWrittenBytes: 1_048_576,
      processes: 7,
    });
  });

  it('reads a sample of a Windows host: time in steps of 100 ns against the time between samples', () => {
    const usage = jobUsage(sample('windows'));
    expect(usage).toMatchObject({
      cpuTime: 12.5,
      // 1.5 s of 4 processors in one second
      cpuPercent: 37.5,
      memoryBytes: 73_400_320,
      networkReceivedBytes: 2_500_000,
      blockReadBytes: 52_428_800,
      blockWrittenBytes: 10_485_760,
      processes: 0,
    });
    expect(usage).not.toHaveProperty('memoryLimitBytes');
  });

  it.each(['linux-cgroup-v1', 'linux-cgroup-v2', 'windows'])('tells no percentage in a first sample: %s', (name) => {
    const first = sample(name, { preread: '0001-01-01T00:00:00Z', precpu_stats: { cpu_usage: { total_usage: 0 } } });
    expect(jobUsage(first)).toBeDefined();
    expect(jobUsage(first)).not.toHaveProperty('cpuPercent');
  });

  it('counts processors one by one where the engine does not', () => {
    const usage = { ...(recorded('linux-cgroup-v1').cpu_stats as object), online_cpus: undefined };
    expect(jobUsage(sample('linux-cgroup-v1', { cpu_stats: usage }))?.cpuPercent).toBeCloseTo(34.1515, 4);
  });

  it('takes no more from memory than is in use', () => {
    const memory_stats = { usage: 100, stats: { inactive_file: 100 }, limit: 1000 };
    expect(jobUsage(sample('linux-cgroup-v2', { memory_stats }))).toMatchObject({
      memoryBytes: 100,
      memoryPercent: 10,
    });
  });

  it('is no percentage below zero when a counter went back', () => {
    const precpu_stats = { cpu_usage: { total_usage: 9e12 }, system_cpu_usage: 1 };
    expect(jobUsage(sample('linux-cgroup-v2', { precpu_stats }))?.cpuPercent).toBe(0);
  });

  it('keeps the highest sample where the kernel counts none', () => {
    const high = jobUsage(sample('linux-cgroup-v2'));
    const memory_stats = { usage: 10, stats: {} };
    expect(jobUsage(sample('linux-cgroup-v2', { memory_stats }), high)?.peakMemoryBytes).toBe(104_660_992);
  });

  it('is nothing for a container that does not run', () => {
    expect(jobUsage(decodeContainerStats({ read: '0001-01-01T00:00:00Z' }, 'stats'))).toBeUndefined();
  });
});
