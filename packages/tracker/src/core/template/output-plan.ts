import type { JobTemplate } from '@docker-tracker/drmaa2';
import { normalizePath } from './host-path.js';

/** Where a job's output goes, on the host that submits it. Paths are as given: relative ones start at the process' directory. */
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
 * there is nothing to join. @source DRMAA2, JobTemplate::joinFiles
 */
export function outputPlan(template: JobTemplate): OutputPlan {
  const stdout = set(template.outputPath);
  const stderr = template.joinFiles === true ? stdout : set(template.errorPath);
  return {
    ...(stdout !== undefined && { stdout }),
    ...(stderr !== undefined && { stderr: isSame(stdout, stderr) ? stdout : stderr }),
    joined: stderr !== undefined && isSame(stdout, stderr),
  };
}

function set(path: string | undefined): string | undefined {
  return path === '' ? undefined : path;
}

function isSame(stdout: string | undefined, stderr: string): stdout is string {
  return stdout !== undefined && normalizePath(stdout) === normalizePath(stderr);
}
