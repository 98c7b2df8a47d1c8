import type { Machine, MachineArch, MachineOs } from '@docker-tracker/drmaa2';
import type { SystemInfo } from '@docker-tracker/engine-client';
import type { CpuTopology } from './cpu-topology.js';

/** What only somebody on the machine itself can look up. */
export interface HostFacts {
  readonly topology?: CpuTopology | undefined;
  /** KiB. */
  readonly swap?: number | undefined;
  /** Over the last minute. */
  readonly load?: number | undefined;
}

/** The kernel's and Go's names of processors. @source moby pkg/platform; uname(2) */
const ARCHS: Readonly<Record<string, MachineArch>> = {
  x86_64: 'x64',
  amd64: 'x64',
  i386: 'x86',
  i686: 'x86',
  aarch64: 'ARM64',
  arm64: 'ARM64',
  armv6l: 'ARM',
  armv7l: 'ARM',
  ia64: 'IA64',
  mips: 'MIPS',
  mips64: 'MIPS64',
  ppc: 'PowerPC',
  ppc64: 'PowerPC64',
  ppc64le: 'PowerPC64',
  sparc64: 'SPARC64',
};

const OSES: Readonly<Record<string, MachineOs>> = { linux: 'Linux', windows: 'WinNT' };

/** The machine of an engine: from what the engine says, and where one is on it, what can be looked up there. */
export function machineOfEngine(info: SystemInfo, { topology, swap, load }: HostFacts, available: boolean): Machine {
  const physMemory = Math.floor(info.MemTotal / 1024);
  const [, major = '', minor = ''] = /^(\d+)(?:\.(\d+))?/.exec(info.KernelVersion) ?? [];
  return {
    name: info.Name,
    available,
    ...topology,
    ...(load !== undefined && { load }),
    physMemory,
    ...(swap !== undefined && { virtMemory: physMemory + swap }),
    machineArch: ARCHS[info.Architecture] ?? 'OtherCPU',
    machineOs: OSES[info.OSType] ?? 'OtherOS',
    machineOsVersion: { major, minor },
  };
}
