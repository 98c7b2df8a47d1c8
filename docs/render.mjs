// `npm run docs:render` writes the tables of the documents from the built code; `--check` says which are out of date.

import { readFile, writeFile } from 'node:fs/promises';
import { format } from 'prettier';
import { cells, events, states } from './rendered/state-table.mjs';
import { attributes, extensions } from './rendered/templates.mjs';

/** Each document, and what stands between its markers. */
const documents = [
  { file: 'extensions.md', sections: { attributes, extensions } },
  { file: 'state-table.md', sections: { states, events, cells } },
];

const check = process.argv.includes('--check');
for (const { file, sections } of documents) {
  const path = new URL(file, import.meta.url);
  const now = await readFile(path, 'utf8');
  const rendered = await format(withSections(now, file, sections), { parser: 'markdown', printWidth: 120 });
  if (rendered === now) continue;
  if (check) {
    console.error(`docs/${file} is out of date: npm run docs:render`);
    process.exitCode = 1;
  } else {
    await writeFile(path, rendered);
  }
}

/** @param {string} text @param {string} file @param {Record<string, () => string>} sections */
function withSections(text, file, sections) {
  return Object.entries(sections).reduce((before, [name, render]) => {
    const [open, close] = [`<!-- ${name} -->`, `<!-- /${name} -->`];
    const begin = before.indexOf(open);
    const end = before.indexOf(close);
    if (begin < 0 || end < begin) throw new Error(`docs/${file} lacks the markers ${open} and ${close}`);
    return `${before.slice(0, begin + open.length)}\n\n${render()}\n\n${before.slice(end)}`;
  }, text);
}
