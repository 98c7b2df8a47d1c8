import { readFile } from 'node:fs/promises';
import { hostname, loadavg, release } from 'node:os';
import type { SystemInfo } from '@docker-tracker/engine-client';
import { cpuTopology, memoryKib } from '../core/machine/cpu-topology.js';
import type { HostFacts } from '../core/machine/machine-of-engine.js';

/** Whether the engine runs on this host, or shares its name and kernel so exactly that nothing tells them apart. */
export function isThisHost(info: SystemInfo): boolean {
  return info.Name === hostname() && info.KernelVersion === release();
}

/** What can be looked up on this host; what this system does not tell is absent. */
export async function thisHost(): Promise<HostFacts> {
  const [cpuinfo, meminfo] = await Promise.all(['/proc/cpuinfo', '/proc/meminfo'].map(readIfThere));
  const swap = meminfo === undefined ? undefined : memoryKib(meminfo, 'SwapTotal');
  return { topology: cpuinfo === undefined ? undefined : cpuTopology(cpuinfo), swap, load: loadNow() };
}

/** Over the last minute. Windows has none. */
export function loadNow(): number | undefined {
  return process.platform === 'win32' ? undefined : loadavg()[0];
}

async function readIfThere(file: string): Promise<string | undefined> {
  return readFile(file, 'utf8').catch(() => undefined);
}
