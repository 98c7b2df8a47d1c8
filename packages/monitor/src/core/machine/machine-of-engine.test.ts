import type { SystemInfo } from '@docker-tracker/engine-client';
import { describe, expect, it } from 'vitest';
import { machineOfEngine } from './machine-of-engine.js';

function info(changed: Partial<SystemInfo> = {}): SystemInfo {
  const common = { Name: 'desk', OSType: 'linux', Architecture: 'x86_64', KernelVersion: '6.18.5-cloud-amd64' };
  return { ...common, MemTotal: 1_048_577, ...changed } as SystemInfo;
}

describe('machineOfEngine', () => {
  it('tells of an engine elsewhere what the engine tells, and nothing else', () => {
    expect(machineOfEngine(info(), {}, true)).toEqual({
      name: 'desk',
      available: true,
      physMemory: 1024,
      machineArch: 'x64',
      machineOs: 'Linux',
      machineOsVersion: { major: '6', minor: '18' },
    });
  });

  it('adds what can be looked up on the host itself', () => {
    const topology = { sockets: 1, coresPerSocket: 4, threadsPerCore: 2 };
    const machine = machineOfEngine(info(), { topology, swap: 512, load: 0.5 }, false);
    expect(machine).toMatchObject({ ...topology, load: 0.5, virtMemory: 1536, available: false });
  });

  it.each([
    ['x86_64', 'x64'],
    ['aarch64', 'ARM64'],
    ['armv7l', 'ARM'],
    ['i686', 'x86'],
    ['ppc64le', 'PowerPC64'],
    ['riscv64', 'OtherCPU'],
  ])('calls %s by its DRMAA2 name, %s', (Architecture, arch) => {
    expect(machineOfEngine(info({ Architecture }), {}, true).machineArch).toBe(arch);
  });

  it('reads the version of a Windows host', () => {
    const windows = { OSType: 'windows', KernelVersion: '10.0 17763 (17763.1.amd64fre.rs5_release.180914-1434)' };
    expect(machineOfEngine(info(windows), {}, true)).toMatchObject({
      machineOs: 'WinNT',
      machineOsVersion: { major: '10', minor: '0' },
    });
  });
});
