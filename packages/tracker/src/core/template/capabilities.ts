import { parseEntries } from './list-entries.js';

/** ALL, or a name of capabilities(7) with or without CAP_, in any case; the engine knows which there are. */
const NAME = /^(?:CAP_)?[A-Z][A-Z_]{1,40}$/;

/** A comma list, each once, as the engine spells it: `ALL`, else upper case with `CAP_`. */
export function parseCapabilities(text: string): readonly string[] | undefined {
  const names = parseEntries(text, ',', (entry) => {
    const name = entry.toUpperCase();
    if (!NAME.test(name)) return undefined;
    if (name === 'ALL' || name === 'CAP_ALL') return 'ALL';
    return name.startsWith('CAP_') ? name : `CAP_${name}`;
  });
  return new Set(names).size === names?.length ? names : undefined;
}
