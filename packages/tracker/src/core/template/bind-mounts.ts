import { stagedFiles, type StagedFile } from './stage-in.js';

/**
 * `HostConfig.Binds` of stageInFiles, in the template's order: bind mounts and volumes. A relative host path starts at
 * `workingDirectoryOfProcess`; the container path is taken verbatim, mount modes included. Copies are no mounts.
 */
export function bindMounts(
  stageInFiles: Readonly<Record<string, string>>,
  workingDirectoryOfProcess: string,
): string[] {
  return stagedFiles(stageInFiles, workingDirectoryOfProcess)
    .filter(({ kind }) => kind !== 'copy')
    .map(bind);
}

function bind({ source, path, modes }: StagedFile): string {
  return [source, path, ...(modes === undefined ? [] : [modes])].join(':');
}
