import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import type { Ulimit } from '@docker-tracker/engine-client';
import { readExtension } from './extensions.js';
import { badArgument, badValue, shownValue } from './refusal.js';

/** What resourceLimits ask for, in Docker's terms. */
export interface ResourceLimits {
  readonly ulimits: readonly Ulimit[];
  /** Bytes of memory and swap together: no engine limits address space. */
  readonly memoryBytes?: number;
  /** Seconds from the start of a run, time suspended included. */
  readonly wallclockSec?: number;
  /** Seconds of all processes of a run together. */
  readonly cpuTimeSec?: number;
}

/** Sizes are KiB, times seconds. @source DRMAA2, drmaa2_limit of drmaa2.h; go-units ulimit.go */
const ULIMITS: Readonly<Record<string, readonly [name: string, unit: number]>> = {
  CORE_FILE_SIZE: ['core', 1024],
  DATA_SIZE: ['data', 1024],
  FILE_SIZE: ['fsize', 1024],
  OPEN_FILES: ['nofile', 1],
  STACK_SIZE: ['stack', 1024],
};
const KEYS = [...Object.keys(ULIMITS), 'CPU_TIME', 'VIRTUAL_MEMORY', 'WALLCLOCK_TIME'];
/** SIGXCPU does not end what is process 1: it gets this much longer, for a tracker to end it by the sum over all processes, until the kernel kills it. */
const CPU_TIME_GRACE_SEC = 2;
/** Half a year in seconds, and far more than any host has in KiB. */
const MOST = 2 ** 40;
const LEAST_MEMORY_KIB = 6 * 1024;

/**
 * @throws {Drmaa2Error} UnsupportedAttribute: a key that DRMAA2 does not know; InvalidArgument: a value that is no whole
 * number from 1 (0 for CORE_FILE_SIZE), or one that an extension limits as well.
 */
export function resourceLimits(template: JobTemplate): ResourceLimits {
  const ulimits: Ulimit[] = [];
  const limits: { memoryBytes?: number; wallclockSec?: number; cpuTimeSec?: number } = {};
  for (const [key, text] of Object.entries(template.resourceLimits ?? {})) {
    if (!KEYS.includes(key)) {
      const known = KEYS.join(' ');
      throw new Drmaa2Error('UnsupportedAttribute', `resourceLimits has the key ${shownValue(key)}; known: ${known}`);
    }
    const value = readLimit(key, text);
    const [Name, unit] = (Object.hasOwn(ULIMITS, key) ? ULIMITS[key] : undefined) ?? [];
    if (Name !== undefined && unit !== undefined) {
      ulimits.push({ ...ulimitName(template, key, Name), Soft: value * unit, Hard: value * unit });
    } else if (key === 'CPU_TIME') {
      ulimits.push({ ...ulimitName(template, key, 'cpu'), Soft: value, Hard: value + CPU_TIME_GRACE_SEC });
      limits.cpuTimeSec = value;
    } else if (key === 'WALLCLOCK_TIME') limits.wallclockSec = value;
    else limits.memoryBytes = asMemory(template, value);
  }
  return { ulimits, ...limits };
}

function readLimit(key: string, text: string): number {
  const least = key === 'CORE_FILE_SIZE' ? 0 : key === 'VIRTUAL_MEMORY' ? LEAST_MEMORY_KIB : 1;
  const value = /^\d{1,13}$/.test(text) ? Number(text) : Number.NaN;
  if (value >= least && value <= MOST) return value;
  const unit = key === 'OPEN_FILES' ? '' : key.endsWith('_TIME') ? ', seconds' : ', KiB';
  throw badValue(`resourceLimits[${key}]`, text, `a whole number from ${String(least)}${unit}`);
}

function ulimitName(template: JobTemplate, key: string, Name: string): Pick<Ulimit, 'Name'> {
  if (readExtension(template, 'ulimit')?.some((limit) => limit.Name === Name) !== true) return { Name };
  throw badArgument(`resourceLimits[${key}] excludes extension ulimit ${Name}: both limit the same`);
}

function asMemory(template: JobTemplate, kib: number): number {
  if (readExtension(template, 'memory') === undefined) return kib * 1024;
  throw badArgument('resourceLimits[VIRTUAL_MEMORY] excludes extension memory: both limit the same');
}
