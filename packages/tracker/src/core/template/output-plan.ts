import type { JobTemplate } from '@docker-tracker/drmaa2';
import { isAbsolutePath, normalizePath } from './host-path.js';

/** Where a job's output goes, on the host that submits it: absolute paths, or one of the three special ones. */
export interface OutputPlan {
  /** Absent: nobody asked for standard output. */
  readonly stdout?: string;
  /** Absent: nobody asked for standard error. Equal to `stdout` where `joined`. */
  readonly stderr?: string;
  /** Both streams go to one place in order of arrival: one descriptor, not two that overwrite one another. */
  readonly joined: boolean;
}

/** An output path that is no file: streams of the submitting process (never to be closed), or nowhere. */
export type SpecialOutput = 'stdout' | 'stderr' | 'null';

const SPECIAL: ReadonlyMap<string, SpecialOutput> = new Map([
  ['/dev/stdout', 'stdout'],
  ['/dev/stderr', 'stderr'],
  ['/dev/null', 'null'],
]);

export function specialOutput(path: string): SpecialOutput | undefined {
  return SPECIAL.get(path);
}

/**
 * What outputPath, errorPath and joinFiles ask for. With joinFiles errorPath is ignored, and without an outputPath
 * there is nothing to join.
 * @param directory - absolute; a relative path starts there, now and when the session is opened again elsewhere.
 * @source DRMAA2, JobTemplate::joinFiles
 */
export function outputPlan(template: JobTemplate, directory: string): OutputPlan {
  const stdout = absolute(template.outputPath, directory);
  const stderr = template.joinFiles === true ? stdout : absolute(template.errorPath, directory);
  return {
    ...(stdout !== undefined && { stdout }),
    ...(stderr !== undefined && { stderr: isSame(stdout, stderr) ? stdout : stderr }),
    joined: stderr !== undefined && isSame(stdout, stderr),
  };
}

/** Not normalized: `..` behind a symbolic link is the file system's to resolve. */
function absolute(path: string | undefined, directory: string): string | undefined {
  if (path === undefined || path === '') return undefined;
  return isAbsolutePath(path) ? path : `${directory}/${path}`;
}

function isSame(stdout: string | undefined, stderr: string): stdout is string {
  return stdout !== undefined && normalizePath(stdout) === normalizePath(stderr);
}
