import { readFileSync } from 'node:fs';
import { debianSupport } from './debian-packages.mjs';

const capSysAdmin = 21n;

/**
 * Why no private engine can run on this machine, in one line, or null if it can.
 *
 * @returns {string | null}
 */
export function privateEngineSupport() {
  if (process.platform !== 'linux') return `a private engine needs Linux, this is ${process.platform}`;
  const debian = debianSupport();
  if (debian !== null) return debian;
  if (process.getuid?.() !== 0) return 'a private engine needs root';
  if (!hasCapability(capSysAdmin)) return 'root without CAP_SYS_ADMIN cannot mount: a container must be privileged';
  if (!hasCgroups()) return 'no cgroups are mounted';
  return null;
}

/** @param {bigint} number */
function hasCapability(number) {
  const effective = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${effective}`) >> number) & 1n) === 1n;
}

function hasCgroups() {
  return / - cgroup2? /.test(readFileSync('/proc/self/mountinfo', 'utf8'));
}
