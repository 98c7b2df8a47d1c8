import type { JobTemplate } from '@docker-tracker/drmaa2';
import { EXTENSIONS, type ExtensionName, type ExtensionValues } from './extensions.js';

/**
 * How a job is suspended: its template's `suspend`, else the tracker's choice. Never throws: a job of another
 * program may carry any text there, and must stay controllable.
 */
export function suspendMode(
  template: JobTemplate | undefined,
  fallback: ExtensionValues['suspend'],
): ExtensionValues['suspend'] {
  return lenient(template, 'suspend') ?? fallback;
}

/** How a job is terminated: its template's `terminate`, else the tracker's choice. Never throws. */
export function terminateMode(
  template: JobTemplate | undefined,
  fallback: ExtensionValues['terminate'],
): ExtensionValues['terminate'] {
  return lenient(template, 'terminate') ?? fallback;
}

function lenient<Name extends ExtensionName>(
  template: JobTemplate | undefined,
  name: Name,
): ExtensionValues[Name] | undefined {
  const text = template?.extensionList?.[name];
  return text === undefined ? undefined : EXTENSIONS[name].parse(text);
}
