import { Drmaa2Error, type JobTemplate } from '@docker-tracker/drmaa2';
import type { Ulimit } from '@docker-tracker/engine-client';
import { parseByteSize } from './byte-size.js';
import { isIpAddress } from './ip-address.js';
import { parsePorts, type PortSpec } from './ports.js';
import { badValue, shownValue } from './refusal.js';
import { isWord } from './word.js';
import { parseRestartPolicy, type RestartPolicyBody } from './restart-policy.js';
import { DEFAULT_STOP_SIGNAL, parseStopSignal } from './stop-signal.js';
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

function parseGpus(text: string): number | undefined {
  if (text === 'all') return -1;
  return /^[1-9]\d{0,5}$/.test(text) ? Number(text) : undefined;
}

function parseStopTimeout(text: string): number | undefined {
  return /^(?:0|[1-9]\d{0,4})$/.test(text) && Number(text) <= 86_400 ? Number(text) : undefined;
}
