import { ATTRIBUTE_SUPPORT } from '../../packages/tracker/dist/core/template/attribute-support.js';
import { EXTENSIONS } from '../../packages/tracker/dist/core/template/extensions.js';
import { ATTRIBUTE_NOTES } from './attribute-notes.mjs';
import { EXTENSION_NOTES } from './extension-notes.mjs';
import { markdownTable } from './markdown-table.mjs';

const words = { done: '', kept: 'kept in the template label: ', notified: '', refused: '**refused**: ' };
const REFUSED = {
  refused: 'set: UnsupportedAttribute',
  notified: 'set, and the tracker was opened without a `notifier`: UnsupportedAttribute',
};

/** The attributes of a template: what each means, what Docker is told, when it is refused. */
export function attributes() {
  const rows = Object.entries(ATTRIBUTE_SUPPORT).map(([name, [support, how]]) => {
    const note = ATTRIBUTE_NOTES[name];
    if (note === undefined) throw new Error(`docs/rendered/attribute-notes.mjs says nothing of ${name}`);
    const [meaning, refused] = note;
    return [`\`${name}\``, meaning, `${words[support]}${how}`, REFUSED[support] ?? refused];
  });
  return markdownTable(['Attribute', 'Meaning', 'Docker mapping', 'Refused when'], rows);
}

/** The extension keys of a template: the same, with the form of the value. */
export function extensions() {
  const rows = Object.entries(EXTENSIONS).map(([name, row]) => {
    const note = EXTENSION_NOTES[name];
    if (note === undefined) throw new Error(`docs/rendered/extension-notes.mjs says nothing of ${name}`);
    return [`\`${name}\``, row.sets, row.accepted, row.default, ...note];
  });
  return markdownTable(['Extension', 'Sets', 'Takes', 'Default', 'Docker mapping', 'Refused when'], rows);
}
