import { EXTENSIONS, isExtensionName } from './extensions.js';
import { badValue } from './refusal.js';

/** The extension keys that a template may carry, in the order of the table. */
export function listExtensions(): readonly string[] {
  return Object.keys(EXTENSIONS);
}

/**
 * One extension key in a sentence: what it sets, what it takes, what holds without it.
 * @throws {Drmaa2Error} InvalidArgument for a key that {@link listExtensions} does not name.
 */
export function describeExtension(name: string): string {
  if (!isExtensionName(name)) throw badValue('extension', name, listExtensions().join(' '));
  const row = EXTENSIONS[name];
  return `${name}: ${row.sets}. Takes ${row.accepted}. Default: ${row.default}.`;
}
