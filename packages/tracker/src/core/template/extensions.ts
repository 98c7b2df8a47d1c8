import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import type { Ulimit } from '@docker-tracker/engine-client';
import { parseByteSize } from './byte-size.js';
import { parseCapabilities } from './capabilities.js';
import { parseCpus } from './cpu-count.js';
import { parseDevices, type DeviceBody } from './devices.js';
import { parseDnsServers, parseExtraHosts } from './extra-hosts.js';
import { HOSTNAME_FORM, isHostname } from './hostname.js';
import { isIpAddress } from './ip-address.js';
import { LABELS_FORM, parseLabels } from './job-labels.js';
import { MOUNT_FORM, parseMounts, type Mount } from './mounts.js';
import { parsePorts, type PortSpec } from './ports.js';
import { badValue, shownValue } from './refusal.js';
import { isWord } from './word.js';
import { parseRestartPolicy, type RestartPolicyBody } from './restart-policy.js';
import { parseSecurityOptions } from './security-options.js';
import { DEFAULT_STOP_SIGNAL, parseStopSignal } from './stop-signal.js';
import { parseTmpfs } from './tmpfs.js';
import { parseUlimits, ULIMIT_NAMES } from './ulimits.js';

/** What each extension key of a template means once it is parsed. */
export interface ExtensionValues {
  readonly user: string;
  readonly exposedPorts: readonly PortSpec[];
  readonly net: string;
  readonly ipc: string;
  readonly uts: string;
  readonly pid: string;
  readonly privileged: boolean;
  readonly rm: boolean;
  readonly restart: RestartPolicyBody;
  /** -1: all. */
  readonly gpus: number;
  /** Bytes. */
  readonly 'shm-size': number;
  readonly ulimit: readonly Ulimit[];
  readonly entrypoint: readonly string[];
  readonly 'image-command': boolean;
  readonly suspend: 'signal' | 'pause';
  readonly terminate: 'kill' | 'stop';
  readonly 'stop-signal': string;
  /** Seconds. */
  readonly 'stop-timeout': number;
  readonly pull: 'never' | 'missing' | 'always';
  readonly hostname: string;
  readonly mounts: readonly Mount[];
  /** Bytes. */
  readonly memory: number;
  /** Billionths of a CPU. */
  readonly cpus: number;
  readonly 'cap-add': readonly string[];
  readonly 'cap-drop': readonly string[];
  readonly 'read-only': boolean;
  readonly tmpfs: Readonly<Record<string, string>>;
  readonly init: boolean;
  readonly labels: Readonly<Record<string, string>>;
  readonly 'log-driver': string;
  readonly dns: readonly string[];
  readonly 'add-host': readonly string[];
  readonly device: readonly DeviceBody[];
  readonly 'security-opt': readonly string[];
  readonly platform: string;
  /** Seconds. */
  readonly ttl: number;
}

export type ExtensionName = keyof ExtensionValues;

export interface ExtensionRow<Value> {
  /** What it does, for people. */
  readonly sets: string;
  /** The accepted form: shown in descriptions and in refusals alike. */
  readonly accepted: string;
  /** What holds where the key is absent. */
  readonly default: string;
  /** undefined: the value is bad. */
  readonly parse: (text: string) => Value | undefined;
}

const MODE = 'a text without blanks, given to the engine verbatim';
const FLAG = 'true or false, in any case';

/** The one table of extension keys: parsing, refusals and descriptions all read it. */
// prettier-ignore
export const EXTENSIONS: { readonly [Name in ExtensionName]: ExtensionRow<ExtensionValues[Name]> } = {
  user: { sets: 'the user that the job runs as, who must exist in the image', accepted: 'a name or number, then optionally : and a group', default: "the image's", parse: parseUser },
  exposedPorts: { sets: 'ports published on the engine host', accepted: 'a comma list of [ip:][host:]container[/tcp|udp|sctp], ports from 1 to 65535, an IPv6 address in brackets', default: 'none', parse: parsePublishedPorts },
  net: { sets: 'the network mode', accepted: `${MODE}, such as host, bridge, none or the name of a network`, default: "the tracker's, else the engine's", parse: parseWord },
  ipc: { sets: 'the IPC mode', accepted: `${MODE}, such as host or private`, default: "the engine's", parse: parseWord },
  uts: { sets: 'the UTS mode; host excludes candidateMachines', accepted: `${MODE}, such as host`, default: "the engine's", parse: parseWord },
  pid: { sets: 'the PID mode', accepted: `${MODE}, such as host`, default: "the engine's", parse: parseWord },
  privileged: { sets: 'whether the job gets all rights on the engine host', accepted: FLAG, default: 'false', parse: parseFlag },
  rm: { sets: 'whether the engine removes the container at its end; excludes restart', accepted: FLAG, default: 'false', parse: parseFlag },
  restart: { sets: 'when the engine runs the job again; excludes rm', accepted: 'no, always, unless-stopped or on-failure[:N] with N from 1', default: 'no', parse: parseRestartPolicy },
  gpus: { sets: 'NVIDIA GPUs', accepted: 'all, or a whole number from 1', default: 'none', parse: parseGpus },
  'shm-size': { sets: 'the size of /dev/shm', accepted: 'a number with an optional binary unit b, k, m, g or t (kb, kib and so on too), at least 1 byte', default: "the engine's, 64m", parse: parseByteSize },
  ulimit: { sets: 'limits of the job, for each of its processes', accepted: `a comma list of name=soft[:hard], each name once, soft not above hard, -1 for unlimited; names: ${ULIMIT_NAMES.join(' ')}`, default: "the engine's", parse: parseUlimits },
  entrypoint: { sets: "the program that remoteCommand and args are given to, in place of the image's entrypoint", accepted: 'words separated by blanks; no quoting', default: "the image's", parse: parseWords },
  'image-command': { sets: "whether the image's own command runs; excludes remoteCommand and args. With entrypoint, that runs alone", accepted: FLAG, default: 'false', parse: parseFlag },
  suspend: { sets: 'how the job is suspended: SIGSTOP to its first process, or a pause of all of them', accepted: 'signal or pause', default: "the tracker's", parse: (text) => (text === 'signal' || text === 'pause' ? text : undefined) },
  terminate: { sets: 'how the job is terminated: SIGKILL at once, or its stop signal, then SIGKILL', accepted: 'kill or stop', default: "the tracker's", parse: (text) => (text === 'kill' || text === 'stop' ? text : undefined) },
  'stop-signal': { sets: 'the signal that asks the job to end', accepted: 'a Linux signal such as SIGTERM or 15; not SIGSTOP or SIGCONT', default: `the image's, else ${DEFAULT_STOP_SIGNAL}`, parse: parseStopSignal },
  'stop-timeout': { sets: 'seconds between the stop signal and SIGKILL', accepted: 'a whole number from 0 to 86400', default: "the engine's, 10", parse: parseStopTimeout },
  pull: { sets: 'when the image is pulled before the job is created', accepted: 'never, missing or always', default: "the tracker's", parse: (text) => (text === 'never' || text === 'missing' || text === 'always' ? text : undefined) },
  hostname: { sets: 'the hostname of the job; excludes candidateMachines and uts=host', accepted: HOSTNAME_FORM, default: "candidateMachines[0], else the engine's", parse: (text) => (isHostname(text) ? text : undefined) },
  mounts: { sets: 'mounts, as `docker run --mount` spells them; unlike stageInFiles, a bind whose source is missing is refused', accepted: MOUNT_FORM, default: 'none', parse: parseMounts },
  memory: { sets: 'the most memory that the job may use; beyond it the kernel kills', accepted: 'a number with an optional binary unit b, k, m, g or t, at least 6m', default: 'no limit', parse: parseMemory },
  cpus: { sets: 'how many CPUs the job may use at most', accepted: "a number from 0.01 to the engine host's count", default: 'maxSlots, else no limit', parse: parseCpus },
  'cap-add': { sets: 'Linux capabilities added to those of every container', accepted: 'ALL, or a comma list of names such as NET_ADMIN, each once', default: 'none', parse: parseCapabilities },
  'cap-drop': { sets: 'Linux capabilities taken away', accepted: 'ALL, or a comma list of names such as NET_RAW, each once', default: 'none', parse: parseCapabilities },
  'read-only': { sets: "whether the container's own file system is read-only", accepted: FLAG, default: 'false', parse: parseFlag },
  tmpfs: { sets: 'file systems in memory', accepted: 'entries separated by ; each path[:options], an absolute path, not /, and the options of mount such as size=64m,mode=700', default: 'none', parse: parseTmpfs },
  init: { sets: 'whether a small init runs as first process and reaps; signals go to it, which passes them on, save SIGSTOP', accepted: FLAG, default: "the engine's, false", parse: parseFlag },
  labels: { sets: "labels of the container beside the tracker's own; they ride on every event", accepted: LABELS_FORM, default: 'none', parse: parseLabels },
  'log-driver': { sets: "where the engine keeps the output; output() reads what a driver can give back, output files do not depend on it", accepted: 'the name of an installed driver, such as json-file, local or none', default: "the engine's", parse: parseWord },
  dns: { sets: 'name servers', accepted: 'a comma list of IP addresses', default: "the engine's", parse: parseDnsServers },
  'add-host': { sets: 'entries of /etc/hosts', accepted: 'a comma list of name:address; the address host-gateway is the engine host', default: 'none', parse: parseExtraHosts },
  device: { sets: 'devices of the engine host', accepted: 'a comma list of host[:container][:rights], absolute paths, rights out of rwm', default: 'none', parse: parseDevices },
  'security-opt': { sets: 'security options, given to the engine verbatim', accepted: 'entries separated by ; each a name, or name=value, such as no-new-privileges or seccomp=unconfined', default: 'none', parse: parseSecurityOptions },
  platform: { sets: 'the platform of the image; excludes machineOs and machineArch', accepted: 'os[/architecture[/variant]] in lower case, such as linux/arm64', default: "machineOs and machineArch, else the engine's choice", parse: parsePlatform },
  ttl: { sets: 'seconds after its end at which the job is removed by a tracker that is open then, its files whole; excludes rm', accepted: 'a whole number from 0 to 9999999999', default: 'it stays until it is deleted', parse: parseTtl },
};

export function isExtensionName(key: string): key is ExtensionName {
  return Object.hasOwn(EXTENSIONS, key);
}

/**
 * One extension of a template.
 * @returns undefined where the key is absent.
 * @throws {Drmaa2Error} InvalidArgument naming key, value and accepted form. An empty value is bad for every key.
 */
export function readExtension<Name extends ExtensionName>(
  template: JobTemplate,
  name: Name,
): ExtensionValues[Name] | undefined {
  const list = template.extensionList;
  const text: unknown = list !== undefined && Object.hasOwn(list, name) ? list[name] : undefined;
  if (text === undefined) return undefined;
  const row: ExtensionRow<ExtensionValues[Name]> = EXTENSIONS[name];
  const value = typeof text === 'string' ? row.parse(text) : undefined;
  if (value === undefined) throw badValue(`extension ${name}`, text, row.accepted);
  return value;
}

/**
 * Refuses bad values of known keys; with `strict` unknown keys too.
 * @throws {Drmaa2Error} InvalidArgument; UnsupportedAttribute for an unknown key.
 */
export function checkExtensions(template: JobTemplate, options: { readonly strict: boolean }): void {
  for (const key of Object.keys(template.extensionList ?? {})) {
    if (isExtensionName(key)) readExtension(template, key);
    else if (options.strict) {
      const known = Object.keys(EXTENSIONS).join(' ');
      throw new Drmaa2Error('UnsupportedAttribute', `extension ${shownValue(key)} is unknown; known: ${known}`);
    }
  }
}

function parseUser(text: string): string | undefined {
  const parts = text.split(':');
  return parts.length <= 2 && parts.every((part) => isWord(part)) ? text : undefined;
}

function parsePublishedPorts(text: string): readonly PortSpec[] | undefined {
  const specs = parsePorts(text);
  return specs?.every(({ ip }) => ip === '' || isIpAddress(ip)) === true ? specs : undefined;
}

function parseWord(text: string): string | undefined {
  return isWord(text) ? text : undefined;
}

function parseWords(text: string): readonly string[] | undefined {
  const words = text.split(/\s+/u).filter((word) => word !== '');
  return words.length > 0 ? words : undefined;
}

function parseFlag(text: string): boolean | undefined {
  const lower = text.toLowerCase();
  return lower === 'true' ? true : lower === 'false' ? false : undefined;
}

/** Less than 6 MiB no engine takes. @source engine-facts: "Minimum memory limit allowed is 6MB" */
function parseMemory(text: string): number | undefined {
  const bytes = parseByteSize(text);
  return bytes !== undefined && bytes >= 6 * 1024 ** 2 ? bytes : undefined;
}

function parsePlatform(text: string): string | undefined {
  return /^[a-z0-9_.-]{1,32}(?:\/[a-z0-9_.-]{1,32}){0,2}$/.test(text) ? text : undefined;
}

function parseGpus(text: string): number | undefined {
  if (text === 'all') return -1;
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function parseTtl(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,9})$/.test(text) ? Number(text) : undefined;
}

function parseStopTimeout(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 86_400 ? Number(text) : undefined;
}
