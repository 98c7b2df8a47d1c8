import type { JobTemplate } from '@docker-tracker/drmaa2';
import { badValue } from './refusal.js';

/** What the placeholders stand for. Input and output are files of the submitting host. */
export interface PlaceholderValues {
  /** The submitter's home, absolute. */
  readonly home: string;
  /** The submitting process' directory, absolute. */
  readonly workingDirectory: string;
  /** Absent outside an array. */
  readonly index?: number | undefined;
}

const HOME = '$DRMAA2_HOME_DIR$';
const WORKING = '$DRMAA2_WORKING_DIR$';
const INDEX = '$DRMAA2_INDEX$';
const PATHS = ['workingDirectory', 'inputPath', 'outputPath', 'errorPath'] as const;

/**
 * The template with its placeholders replaced: the two folders at the beginning of a path only, the index anywhere.
 * workingDirectory is a path of the container, so its home is the job's variable HOME.
 * @throws {Drmaa2Error} InvalidArgument naming attribute and value: a folder elsewhere than at the beginning, an index
 * outside an array, a home that is not known. What is no text passes through, for others to refuse.
 * @source DRMAA2, JobTemplate: the placeholders
 */
export function replacePlaceholders(template: JobTemplate, values: PlaceholderValues): JobTemplate {
  if (typeof (template as unknown) !== 'object' || (template as unknown) === null) return template;
  const changed: Partial<Record<(typeof PATHS)[number], string>> = {};
  for (const name of PATHS) {
    const path: unknown = template[name];
    if (typeof path === 'string' && path.includes('$DRMAA2_')) changed[name] = replaced(template, name, path, values);
  }
  return Object.keys(changed).length === 0 ? template : { ...template, ...changed };
}

function replaced(
  template: JobTemplate,
  name: (typeof PATHS)[number],
  path: string,
  values: PlaceholderValues,
): string {
  const inside = name === 'workingDirectory';
  let begun = path;
  if (path.startsWith(HOME)) {
    const home = inside ? template.jobEnvironment?.HOME : values.home;
    if (home === undefined) throw badValue(name, path, 'this placeholder where jobEnvironment names the job’s HOME');
    begun = home + path.slice(HOME.length);
  } else if (path.startsWith(WORKING)) {
    if (inside) throw badValue(name, path, 'a path of its own, not the one that it is');
    begun = values.workingDirectory + path.slice(WORKING.length);
  }
  if (begun.includes(HOME) || begun.includes(WORKING)) {
    throw badValue(name, path, `${HOME} and ${WORKING} at the beginning only`);
  }
  if (!begun.includes(INDEX)) return begun;
  if (values.index === undefined) throw badValue(name, path, `${INDEX} in the tasks of an array only`);
  return begun.replaceAll(INDEX, String(values.index));
}
