import type { JobTemplate } from '@docker-tracker/drmaa2';
import { readExtension } from './extensions.js';
import { isAbsolutePath, resolveHostPath } from './host-path.js';
import { outputPlan, type OutputPlan } from './output-plan.js';
import { badValue } from './refusal.js';

/** A path in the container that is copied to a path of the submitting host after the job's end. */
export interface StageOut {
  readonly source: string;
  readonly target: string;
}

/** What a job has to do with files of the submitting host while it runs and when it ends. Paths are absolute. */
export interface FilePlan {
  readonly output: OutputPlan;
  /** What standard input comes from. Absent: it is empty. */
  readonly input?: string;
  readonly stageOut: readonly StageOut[];
  /** The container goes after its files are copied: the engine would not wait for that. */
  readonly removeAfter: boolean;
}

/** @param directory - absolute; relative host paths start there. */
export function filePlan(template: JobTemplate, directory: string): FilePlan {
  const { inputPath = '', stageOutFiles = {} } = template;
  const stageOut = Object.entries(stageOutFiles).map(([source, target]) => ({
    source: resolveHostPath(source, '/'),
    target: resolveHostPath(target, directory),
  }));
  return {
    output: outputPlan(template, directory),
    // Without a reader of its own a container's standard input is /dev/null.
    ...(inputPath !== '' &&
      inputPath !== '/dev/null' && {
        input: isAbsolutePath(inputPath) ? inputPath : `${directory}/${inputPath}`,
      }),
    stageOut,
    removeAfter: stageOut.length > 0 && readExtension(template, 'rm') === true,
  };
}

/** @throws {Drmaa2Error} InvalidArgument naming the pair that cannot be copied. */
export function checkStageOutFiles(stageOutFiles: Readonly<Record<string, string>>): void {
  const targets = new Map<string, string>();
  for (const [source, target] of Object.entries(stageOutFiles)) {
    if (!isAbsolutePath(source) || resolveHostPath(source, '/') === '/') {
      throw badValue('stageOutFiles key', source, 'an absolute path in the container, not /');
    }
    const what = `stageOutFiles[${JSON.stringify(source)}]`;
    if (target === '' || resolveHostPath(target, '/-') === '/') {
      throw badValue(what, target, 'a path of this host, not /');
    }
    const place = resolveHostPath(target, '/-');
    const other = targets.get(place);
    if (other !== undefined) throw badValue(what, target, `a path of its own; ${JSON.stringify(other)} goes there`);
    targets.set(place, source);
  }
}

/** The value of the label that lets a later tracker complete what this one could not; absent where there is nothing to do. */
export function encodeFilePlan(plan: FilePlan): string | undefined {
  const { output, stageOut } = plan;
  if (output.stdout === undefined && output.stderr === undefined && stageOut.length === 0) return undefined;
  return JSON.stringify(plan);
}

/** `undefined`: none, or none that can be read. */
export function decodeFilePlan(label: string | undefined): FilePlan | undefined {
  if (label === undefined) return undefined;
  try {
    const plan: unknown = JSON.parse(label);
    return isFilePlan(plan) ? plan : undefined;
  } catch {
    return undefined;
  }
}

function isFilePlan(plan: unknown): plan is FilePlan {
  if (!isObject(plan) || !isObject(plan.output) || !Array.isArray(plan.stageOut)) return false;
  const { stdout, stderr, joined } = plan.output;
  return (
    [stdout, stderr, plan.input].every((path) => path === undefined || isPath(path)) &&
    typeof joined === 'boolean' &&
    typeof plan.removeAfter === 'boolean' &&
    plan.stageOut.every((pair: unknown) => isObject(pair) && isPath(pair.source) && isPath(pair.target))
  );
}

function isPath(path: unknown): boolean {
  return typeof path === 'string' && isAbsolutePath(path);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
