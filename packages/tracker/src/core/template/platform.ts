import type { JobTemplate } from '@docker-tracker/drmaa2';
import { readExtension } from './extensions.js';
import { badArgument, badValue } from './refusal.js';

/** DRMAA2's words in lower case, and OCI's. What Docker has no word for is missing. @source DRMAA2, OperatingSystem */
const SYSTEMS: Readonly<Record<string, string>> = { linux: 'linux', win: 'windows', winnt: 'windows' };

/** @source DRMAA2, CpuArchitecture. PowerPC64 and MIPS64 are little-endian, as in every image that there is. */
const ARCHITECTURES: Readonly<Record<string, string>> = {
  x64: 'amd64',
  x86: '386',
  arm64: 'arm64',
  arm: 'arm',
  powerpc64: 'ppc64le',
  mips64: 'mips64le',
};

const SYSTEM_FORM = 'Linux, Win or WinNT, in any case; Docker has containers of no other system';
const ARCHITECTURE_FORM =
  'x64, x86, ARM64, ARM, PowerPC64 or MIPS64, in any case; another one is asked for by the extension platform';

/**
 * What the create call asks for: the extension `platform`, else machineOs and machineArch in OCI's words. An architecture
 * alone is one of the engine's own system.
 * @returns undefined where nothing is asked: the engine then takes its own.
 * @throws {Drmaa2Error} InvalidArgument naming the attribute that no image can have, or both ways used at once.
 */
export function platformOf(template: JobTemplate): string | undefined {
  const { machineOs = '', machineArch = '' } = template;
  const system = word('machineOs', machineOs, SYSTEMS, SYSTEM_FORM);
  const architecture = word('machineArch', machineArch, ARCHITECTURES, ARCHITECTURE_FORM);
  const extension = readExtension(template, 'platform');
  const asked = [system, architecture].filter((part) => part !== undefined);
  if (extension === undefined) return asked.length > 0 ? asked.join('/') : undefined;
  if (asked.length === 0) return extension;
  throw badArgument(
    `extension platform excludes ${system === undefined ? 'machineArch' : 'machineOs'}: both say which`,
  );
}

/** Which part of a template asked for the platform, for a refusal. */
export function platformAsker({ machineOs = '', machineArch = '' }: JobTemplate): string {
  if (machineArch !== '') return `machineArch ${JSON.stringify(machineArch)}`;
  return machineOs === '' ? 'extension platform' : `machineOs ${JSON.stringify(machineOs)}`;
}

function word(
  name: string,
  value: string,
  words: Readonly<Record<string, string>>,
  accepted: string,
): string | undefined {
  if (value === '') return undefined;
  const key = value.toLowerCase();
  if (!Object.hasOwn(words, key)) throw badValue(name, value, accepted);
  return words[key];
}
