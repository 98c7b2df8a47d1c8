import { isAbsolutePath, resolveHostPath } from './host-path.js';
import { badValue } from './refusal.js';

/** One pair of stageInFiles. */
export interface StagedFile {
  /** `bind`: the host's own file; `volume`: a volume of the engine; `copy`: a copy, also to an engine on another host. */
  readonly kind: 'bind' | 'volume' | 'copy';
  /** Absolute path on the submitting host, or the name of a volume. */
  readonly source: string;
  /** In the container. */
  readonly path: string;
  /** Mount modes as docker's `-v` takes them. */
  readonly modes?: string;
}

const MODES: ReadonlySet<string> = new Set([
  ...['ro', 'rw', 'z', 'Z', 'private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'],
]);
const PREFIX = /^(ro|copy|volume):(?=\/)/;
/** @source moby: volume/names, RestrictedNamePattern */
const VOLUME = /^[a-zA-Z0-9][a-zA-Z0-9_.-]+$/;
const TARGET =
  'an absolute path in the container, not /, optionally after ro: copy: or volume: and, where it is a mount, followed by : and a comma list of ro rw z Z or a propagation';
const SOURCE = 'a path of this host without a colon, which separates the parts of a mount';
const VOLUME_NAME = 'the name of a volume: two or more letters, digits, dots, _ and -';

/** What stageInFiles asks for, in the template's order; a relative host path starts at `directory`. It has been checked. */
export function stagedFiles(stageInFiles: Readonly<Record<string, string>>, directory: string): StagedFile[] {
  return Object.entries(stageInFiles).map(([key, value]) => {
    const { kind, path, modes } = readValue(value);
    const source = kind === 'volume' ? key : resolveHostPath(key, directory);
    return { kind, source, path, ...(modes !== undefined && { modes }) };
  });
}

/** @throws {Drmaa2Error} InvalidArgument naming the pair that no engine would mount, or that has no one place. */
export function checkStageInFiles(stageInFiles: Readonly<Record<string, string>>): void {
  const targets = new Map<string, string>();
  for (const [key, value] of Object.entries(stageInFiles)) {
    const { kind, path, modes } = readValue(value);
    if (kind === 'volume' && !VOLUME.test(key)) throw badValue('stageInFiles key', key, VOLUME_NAME);
    if (key === '' || (kind !== 'copy' && key.includes(':'))) throw badValue('stageInFiles key', key, SOURCE);
    const what = `stageInFiles[${JSON.stringify(key)}]`;
    const target = isAbsolutePath(path) ? resolveHostPath(path, '/') : '/';
    if (target === '/' || !areModes(kind, modes)) throw badValue(what, value, TARGET);
    const other = targets.get(target);
    if (other !== undefined) throw badValue(what, value, `a path of its own; ${JSON.stringify(other)} has it`);
    targets.set(target, key);
  }
}

interface StagedValue {
  readonly kind: StagedFile['kind'];
  readonly path: string;
  readonly modes?: string;
}

function readValue(value: string): StagedValue {
  const prefix = PREFIX.exec(value)?.[1];
  const rest = prefix === undefined ? value : value.slice(prefix.length + 1);
  if (prefix === 'copy') return { kind: 'copy', path: rest };
  const [path = '', ...given] = rest.split(':');
  const modes = [...(prefix === 'ro' ? ['ro'] : []), ...given];
  return { kind: prefix === 'volume' ? 'volume' : 'bind', path, ...(modes.length > 0 && { modes: modes.join(':') }) };
}

function areModes(kind: StagedFile['kind'], modes: string | undefined): boolean {
  if (kind === 'copy' || modes === undefined) return true;
  // Two lists, or ro: together with modes of its own, are joined by a colon, which no mode holds.
  return modes.split(',').every((mode) => MODES.has(mode));
}
