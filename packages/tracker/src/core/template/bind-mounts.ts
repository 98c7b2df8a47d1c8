import { isAbsolutePath, resolveHostPath } from './host-path.js';
import { badValue } from './refusal.js';

const MODES: ReadonlySet<string> = new Set([
  ...['ro', 'rw', 'z', 'Z', 'private', 'rprivate', 'shared', 'rshared', 'slave', 'rslave'],
]);
const TARGET =
  'an absolute path in the container, not /, optionally followed by : and a comma list of ro rw z Z or a propagation';
const SOURCE = 'a path of this host without a colon, which separates the parts of a mount';

/**
 * `HostConfig.Binds` of stageInFiles, `hostPath: containerPath`, in the template's order. A relative host path starts at
 * `workingDirectoryOfProcess`; the container path is taken verbatim, mount modes included.
 */
export function bindMounts(
  stageInFiles: Readonly<Record<string, string>>,
  workingDirectoryOfProcess: string,
): string[] {
  return Object.entries(stageInFiles).map(
    ([hostPath, containerPath]) => `${resolveHostPath(hostPath, workingDirectoryOfProcess)}:${containerPath}`,
  );
}

/** @throws {Drmaa2Error} InvalidArgument naming the pair that no engine would mount. */
export function checkStageInFiles(stageInFiles: Readonly<Record<string, string>>): void {
  const targets = new Map<string, string>();
  for (const [hostPath, containerPath] of Object.entries(stageInFiles)) {
    if (hostPath === '' || hostPath.includes(':')) throw badValue('stageInFiles key', hostPath, SOURCE);
    const what = `stageInFiles[${JSON.stringify(hostPath)}]`;
    const target = readTarget(containerPath);
    if (target === undefined) throw badValue(what, containerPath, TARGET);
    const other = targets.get(target);
    if (other !== undefined) throw badValue(what, containerPath, `a path of its own; ${JSON.stringify(other)} has it`);
    targets.set(target, hostPath);
  }
}

function readTarget(containerPath: string): string | undefined {
  const [path = '', modes, ...rest] = containerPath.split(':');
  if (rest.length > 0 || !isAbsolutePath(path)) return undefined;
  const target = resolveHostPath(path, '/');
  if (target === '/' || modes?.split(',').every((mode) => MODES.has(mode)) === false) return undefined;
  return target;
}
