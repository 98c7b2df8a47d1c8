/** Processors, spelled as the Go binding spells them. @source DRMAA2 section 4.2; drmaa2interface `CPU` */
export const MACHINE_ARCHS = [
  'OtherCPU',
  'Alpha',
  'ARM',
  'ARM64',
  'Cell',
  'PARISC',
  'PARISC64',
  'x86',
  'x64',
  'IA64',
  'MIPS',
  'MIPS64',
  'PowerPC',
  'PowerPC64',
  'SPARC',
  'SPARC64',
] as const;

export type MachineArch = (typeof MACHINE_ARCHS)[number];

/** Operating systems, spelled as the Go binding spells them. @source DRMAA2 section 4.1; drmaa2interface `OS` */
export const MACHINE_OSES = [
  'OtherOS',
  'AIX',
  'BSD',
  'Linux',
  'HPUX',
  'IRIX',
  'MacOS',
  'SunOS',
  'TRU64',
  'UnixWare',
  'Win',
  'WinNT',
] as const;

export type MachineOs = (typeof MACHINE_OSES)[number];

/** A machine that runs jobs. What cannot be known from where one looks is absent. @source DRMAA2 section 7.6 */
export interface Machine {
  readonly name: string;
  /** Whether it takes jobs now. */
  readonly available: boolean;
  readonly sockets?: number;
  readonly coresPerSocket?: number;
  readonly threadsPerCore?: number;
  /** Processes that ran or waited to run, averaged over the last minute. */
  readonly load?: number;
  /** KiB. */
  readonly physMemory: number;
  /** KiB: physical memory and swap. */
  readonly virtMemory?: number;
  readonly machineArch: MachineArch;
  readonly machineOs: MachineOs;
  readonly machineOsVersion: { readonly major: string; readonly minor: string };
}
