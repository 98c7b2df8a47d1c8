import { describe, expect, it } from 'vitest';
import { cpuTopology, memoryKib } from './cpu-topology.js';

function cpuinfo(processors: readonly (readonly [socket: number, core: number])[]): string {
  return processors
    .map(([socket, core], index) =>
      [
        `processor\t: ${String(index)}`,
        'model name\t: Some CPU @ 2.00GHz',
        `physical id\t: ${String(socket)}`,
        `core id\t\t: ${String(core)}`,
        'flags\t\t: fpu vme core id',
        'power management:',
      ].join('\n'),
    )
    .join('\n\n')
    .concat('\n\n');
}

describe('cpuTopology', () => {
  it('counts sockets, cores of a socket and threads of a core', () => {
    const threads = [0, 1].flatMap((socket) => [0, 1, 2].flatMap((core) => [0, 1].map(() => [socket, core] as const)));
    expect(cpuTopology(cpuinfo(threads))).toEqual({ sockets: 2, coresPerSocket: 3, threadsPerCore: 2 });
    expect(cpuTopology(cpuinfo([[0, 0]]))).toEqual({ sockets: 1, coresPerSocket: 1, threadsPerCore: 1 });
  });

  it('tells cores of different sockets apart, though their numbers are the same', () => {
    const threads = [
      [0, 7],
      [3, 7],
    ] as const;
    expect(cpuTopology(cpuinfo(threads))).toEqual({ sockets: 2, coresPerSocket: 1, threadsPerCore: 1 });
  });

  it('is nothing where Linux does not say, or where sockets differ', () => {
    expect(cpuTopology('processor\t: 0\nBogoMIPS\t: 50.00\n\nprocessor\t: 1\nBogoMIPS\t: 50.00\n')).toBeUndefined();
    expect(cpuTopology('')).toBeUndefined();
    const uneven = [
      [0, 0],
      [0, 1],
      [1, 0],
    ] as const;
    expect(cpuTopology(cpuinfo(uneven))).toBeUndefined();
  });
});

describe('memoryKib', () => {
  it('reads the line of that name alone', () => {
    const meminfo = 'MemTotal:       24684096 kB\nSwapCached:           12 kB\nSwapTotal:       2097148 kB\n';
    expect(memoryKib(meminfo, 'SwapTotal')).toBe(2_097_148);
    expect(memoryKib(meminfo, 'Swap')).toBeUndefined();
  });
});
