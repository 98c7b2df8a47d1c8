import { badArgument, badValue, shownValue } from '../template/refusal.js';
import { isAbsolutePath } from '../template/host-path.js';

/**
 * What templates may ask for. What a policy does not name is denied; limits that it does not set are not set.
 *
 * Paths are compared as text, `.` and `..` resolved, on whole steps: `/data` is neither `/database` nor `/data/x`, and
 * `/data/*` is all below `/data`. Symbolic links are followed by the engine, not here: so nothing is allowed below a path
 * that `bindSources` allows, whatever list names it, since jobs can make links there. Links that others make are the host's business.
 */
export interface TemplatePolicy {
  /** Extension privileged. Default false. */
  readonly privileged?: boolean | undefined;
  /** Modes of net beyond none and the tracker's own (where it has none: bridge and default), word for word; `host` and `container:ID` are such. Default none. */
  readonly net?: readonly string[] | undefined;
  /** Modes of ipc beyond none, private and shareable. Default none. */
  readonly ipc?: readonly string[] | undefined;
  /** Modes of pid beyond the engine's. Default none. */
  readonly pid?: readonly string[] | undefined;
  /** Modes of uts beyond the engine's. Default none. */
  readonly uts?: readonly string[] | undefined;
  /** Host paths that may be mounted, also for writing; of `/data/*` that is one name deep, see above. Default none. Propagation back to the host is always denied. */
  readonly bindSources?: readonly string[] | undefined;
  /** Host paths that may be mounted read-only. Engines before 25 leave file systems mounted below them writable. Default none. */
  readonly readOnlyBindSources?: readonly string[] | undefined;
  /** Named volumes that may be mounted; anonymous ones always may. Default none. */
  readonly volumes?: readonly string[] | undefined;
  /** Paths of the submitting host for inputPath, outputPath, errorPath, stageOutFiles and copies; /dev/null is free. Default none. */
  readonly files?: readonly string[] | undefined;
  /** Host paths of the extension device. Default none. */
  readonly devices?: readonly string[] | undefined;
  /** Extension gpus, and variables such as NVIDIA_VISIBLE_DEVICES by which a vendor's runtime hands them out. Default false. */
  readonly gpus?: boolean | undefined;
  /** Names for cap-add, with or without CAP_; ALL only as itself. Default none. cap-drop is free. */
  readonly capabilities?: readonly string[] | undefined;
  /** Entries of security-opt beyond no-new-privileges, word for word. Default none. */
  readonly securityOptions?: readonly string[] | undefined;
  /** Values of jobCategory, word for word, or with a last part `*` after `/` (a name, perhaps with a tag), `:` (a tag) or `@` (a digest). By default every installed image is allowed, and none is pulled because a template says so. */
  readonly images?: readonly string[] | undefined;
  /** Extension exposedPorts. Default false. */
  readonly ports?: boolean | undefined;
  /** Names of log drivers beyond json-file, local and none. Default none. */
  readonly logDrivers?: readonly string[] | undefined;
  /** Keys of the extension labels, word for word or with a `*` at the end: proxies and schedulers of the host may act upon them. Default none. */
  readonly labels?: readonly string[] | undefined;
  /** Names of ulimits beyond those that cannot starve the host: memlock, nice, rtprio, rttime, nproc, sigpending, msgqueue, locks and nofile have to be named. Default none. */
  readonly ulimits?: readonly string[] | undefined;
  /** Bytes. A template has to ask for a limit, and for no more than this. Default: no limit is needed. */
  readonly maxMemory?: number | undefined;
  /** CPUs, a fraction allowed. As maxMemory. */
  readonly maxCpus?: number | undefined;
  /** Bytes of /dev/shm. Default: no ceiling. */
  readonly maxShmSize?: number | undefined;
}

const KINDS = {
  privileged: 'flag',
  net: 'words',
  ipc: 'words',
  pid: 'words',
  uts: 'words',
  bindSources: 'paths',
  readOnlyBindSources: 'paths',
  volumes: 'words',
  files: 'paths',
  devices: 'paths',
  gpus: 'flag',
  capabilities: 'words',
  securityOptions: 'words',
  images: 'words',
  ports: 'flag',
  logDrivers: 'words',
  labels: 'words',
  ulimits: 'words',
  maxMemory: 'limit',
  maxCpus: 'limit',
  maxShmSize: 'limit',
} as const satisfies Record<keyof TemplatePolicy, 'flag' | 'words' | 'paths' | 'limit'>;

/**
 * Refuses a policy that would not mean what was meant: a misspelt key, above all.
 * @throws {Drmaa2Error} InvalidArgument naming key, value and accepted form.
 */
export function checkPolicy(policy: unknown): asserts policy is TemplatePolicy {
  if (typeof policy !== 'object' || policy === null || Array.isArray(policy)) {
    throw badValue('policy', policy, 'an object');
  }
  for (const [key, value] of Object.entries(policy) as [string, unknown][]) {
    if (!Object.hasOwn(KINDS, key)) {
      throw badArgument(`policy has the key ${shownValue(key)}; known: ${Object.keys(KINDS).join(' ')}`);
    }
    if (value !== undefined) checkEntry(`policy.${key}`, KINDS[key as keyof TemplatePolicy], value);
  }
}

function checkEntry(what: string, kind: 'flag' | 'words' | 'paths' | 'limit', value: unknown): void {
  if (kind === 'flag') {
    if (typeof value !== 'boolean') throw badValue(what, value, 'true or false');
  } else if (kind === 'limit') {
    if (typeof value !== 'number' || !(value > 0)) throw badValue(what, value, 'a number above 0');
  } else {
    if (!Array.isArray(value)) throw badValue(what, value, 'a list of texts');
    for (const entry of value as unknown[]) {
      if (typeof entry !== 'string' || entry === '') throw badValue(`an entry of ${what}`, entry, 'a text');
      if (kind === 'paths' && !isAbsolutePath(entry)) throw badValue(`an entry of ${what}`, entry, 'an absolute path');
    }
  }
}
