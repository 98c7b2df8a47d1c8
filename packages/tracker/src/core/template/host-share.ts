import type { JobTemplate } from '@docker-tracker/drmaa2';
import type { HostConfigBody } from '@docker-tracker/engine-client';
import { NANO_CPUS } from './cpu-count.js';
import { readExtension } from './extensions.js';
import { badArgument, badValue } from './refusal.js';
import { resourceLimits } from './resource-limits.js';

/** What an engine host has. */
export interface EngineHost {
  readonly cpus: number;
  readonly memoryBytes: number;
}

/** The weight of a container that says nothing. @source docker run --cpu-shares: 2 to 262144 */
const DEFAULT_SHARES = 1024;
const LEAST_PRIORITY = 2 - DEFAULT_SHARES;
const MOST_PRIORITY = 262_144 - DEFAULT_SHARES;

/** Whether a template has to be compared with the engine's host. */
export function asksOfHost({ minSlots = 0, maxSlots = 0, minPhysMemory = 0 }: JobTemplate): boolean {
  return minSlots > 0 || maxSlots > 0 || minPhysMemory > 0;
}

/**
 * CPUs and memory of a job: a slot is a CPU. minSlots and minPhysMemory are what the host must have, the latter also a
 * soft reservation; maxSlots, or the extension cpus, is what the job gets at most; priority is its weight among the others.
 * @param host - absent: not asked, so nothing is compared.
 * @throws {Drmaa2Error} InvalidArgument naming the attribute that the host, or another attribute, contradicts.
 */
export function hostShare(template: JobTemplate, host?: EngineHost): HostConfigBody {
  const { minSlots = 0, maxSlots = 0, minPhysMemory = 0, priority = 0 } = template; // 0 is the Go binding's unset
  const { memoryBytes } = resourceLimits(template);
  const Memory = readExtension(template, 'memory') ?? memoryBytes;
  const cpus = readExtension(template, 'cpus');
  checkNumbers(template);
  if (cpus !== undefined && cpus < minSlots * NANO_CPUS) {
    throw badArgument(`extension cpus is less than minSlots, ${String(minSlots)}`);
  }
  if (host !== undefined && minSlots > host.cpus) {
    throw badValue('minSlots', minSlots, `at most ${String(host.cpus)}, the CPUs of the engine host`);
  }
  const MemoryReservation = minPhysMemory * 1024;
  if (host !== undefined && MemoryReservation > host.memoryBytes) {
    const most = Math.floor(host.memoryBytes / 1024);
    throw badValue('minPhysMemory', minPhysMemory, `at most ${String(most)} KiB, the memory of the engine host`);
  }
  if (Memory !== undefined && MemoryReservation > Memory) {
    throw badArgument(`minPhysMemory is ${String(minPhysMemory)} KiB, more than the limit of ${String(Memory)} bytes`);
  }
  const NanoCpus = cpus ?? Math.min(maxSlots, host?.cpus ?? maxSlots) * NANO_CPUS;
  return {
    ...(NanoCpus > 0 && { NanoCpus }),
    ...(Memory !== undefined && { Memory }),
    // without swap beyond it, what is limited is what the job can use at all
    ...(memoryBytes !== undefined && { MemorySwap: memoryBytes }),
    ...(MemoryReservation > 0 && { MemoryReservation }),
    ...(priority !== 0 && { CpuShares: DEFAULT_SHARES + priority }),
  };
}

function checkNumbers({ minSlots = 0, maxSlots = 0, minPhysMemory = 0, priority = 0 }: JobTemplate): void {
  if (minSlots < 0) throw badValue('minSlots', minSlots, 'a whole number from 1');
  if (maxSlots < 0 || (maxSlots !== 0 && maxSlots < minSlots)) {
    throw badValue('maxSlots', maxSlots, 'a whole number from 1, not below minSlots');
  }
  if (minPhysMemory < 0 || minPhysMemory > 2 ** 43) throw badValue('minPhysMemory', minPhysMemory, 'KiB, from 1');
  if (priority < LEAST_PRIORITY || priority > MOST_PRIORITY) {
    const accepted = `a whole number from ${String(LEAST_PRIORITY)} to ${String(MOST_PRIORITY)}; 0 is the weight of others`;
    throw badValue('priority', priority, accepted);
  }
}
