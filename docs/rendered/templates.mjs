import { ATTRIBUTE_SUPPORT } from '../../packages/tracker/dist/core/template/attribute-support.js';
import { EXTENSIONS } from '../../packages/tracker/dist/core/template/extensions.js';
import { markdownTable } from './markdown-table.mjs';

const words = { done: 'carried out', kept: 'kept in the label', 'not-yet': 'refused when set' };

/** The attributes of a template, and what becomes of each. */
export function attributes() {
  const rows = Object.entries(ATTRIBUTE_SUPPORT).map(([name, [support, why]]) => [`\`${name}\``, words[support], why]);
  return markdownTable(['Attribute', 'What becomes of it', 'How, or why'], rows);
}

/** The extension keys of a template. */
export function extensions() {
  const rows = Object.entries(EXTENSIONS).map(([name, row]) => [`\`${name}\``, row.sets, row.accepted, row.default]);
  return markdownTable(['Extension', 'Sets', 'Takes', 'Default'], rows);
}
