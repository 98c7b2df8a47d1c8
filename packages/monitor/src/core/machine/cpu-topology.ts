/** How the processors of a machine are arranged. */
export interface CpuTopology {
  readonly sockets: number;
  readonly coresPerSocket: number;
  readonly threadsPerCore: number;
}

/**
 * Reads the text of Linux' `/proc/cpuinfo`. `undefined` where it does not say (ARM, some virtual machines), or where sockets
 * differ, which DRMAA2 has no words for.
 */
export function cpuTopology(cpuinfo: string): CpuTopology | undefined {
  const processors = cpuinfo.split(/\n\s*\n/).flatMap((block) => {
    const socket = field(block, 'physical id');
    const core = field(block, 'core id');
    return socket === undefined || core === undefined ? [] : [{ socket, core: `${socket}/${core}` }];
  });
  const sockets = new Set(processors.map(({ socket }) => socket)).size;
  const cores = new Set(processors.map(({ core }) => core)).size;
  if (sockets === 0 || cores % sockets !== 0 || processors.length % cores !== 0) return undefined;
  return { sockets, coresPerSocket: cores / sockets, threadsPerCore: processors.length / cores };
}

/** Reads KiB of a line such as `SwapTotal:  1024 kB` out of the text of Linux' `/proc/meminfo`. */
export function memoryKib(meminfo: string, name: string): number | undefined {
  const value = new RegExp(`^${name}:\\s+(\\d+) kB$`, 'm').exec(meminfo)?.[1];
  return value === undefined ? undefined : Number(value);
}

function field(block: string, name: string): string | undefined {
  return new RegExp(`^${name}\\s*:\\s*(\\S+)$`, 'm').exec(block)?.[1];
}
