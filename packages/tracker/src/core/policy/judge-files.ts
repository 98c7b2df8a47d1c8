import type { JobTemplate } from '@docker-tracker/drmaa2';
import { resolveHostPath } from '../template/host-path.js';
import { stagedFiles } from '../template/stage-in.js';
import { isPathAllowed } from './allowed.js';
import { denied, list } from './denied.js';
import { refuseBelowWritable } from './judge-mounts.js';
import type { TemplatePolicy } from './template-policy.js';

/**
 * The tracker reads and writes these files with its own rights, whatever the container may do.
 * @throws {Drmaa2Error} DeniedByDrms naming the attribute and the path.
 */
export function judgeFiles(policy: TemplatePolicy, template: JobTemplate, directory: string): void {
  const { inputPath, outputPath, errorPath, stageInFiles = {}, stageOutFiles = {} } = template;
  const named: (readonly [string, string | undefined])[] = [
    ['inputPath', inputPath],
    ['outputPath', outputPath],
    ['errorPath', errorPath],
    ...Object.values(stageOutFiles).map((path) => ['stageOutFiles', path] as const),
    ...stagedFiles(stageInFiles, directory)
      .filter(({ kind }) => kind === 'copy')
      .map(({ source }) => ['stageInFiles', source] as const),
  ];
  const { files = [] } = policy;
  for (const [what, path = ''] of named) {
    if (path === '' || path === '/dev/null') continue;
    // Behind a link, `..` leads elsewhere than its text says.
    if (path.split('/').includes('..')) throw denied(what, path, 'paths without ..');
    const resolved = resolveHostPath(path, directory);
    refuseBelowWritable(policy, what, resolved);
    if (!isPathAllowed(resolved, files)) throw denied(what, path, list(files));
  }
}
