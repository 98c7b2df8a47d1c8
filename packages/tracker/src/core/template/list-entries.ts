/**
 * The entries of a list, each proved by `parse`, order kept.
 * @param separator - `;` where an entry may hold commas of its own.
 * @returns undefined where any entry is bad: half a list would be half a request.
 */
export function parseEntries<Entry>(
  text: string,
  separator: ',' | ';',
  parse: (entry: string) => Entry | undefined,
): readonly Entry[] | undefined {
  const entries: Entry[] = [];
  for (const part of text.split(separator)) {
    const entry = parse(part);
    if (entry === undefined) return undefined;
    entries.push(entry);
  }
  return entries;
}

/** The same as a record: a repeated key is bad as well. */
export function parseRecord(
  text: string,
  separator: ',' | ';',
  parse: (entry: string) => readonly [key: string, value: string] | undefined,
): Readonly<Record<string, string>> | undefined {
  const entries = parseEntries(text, separator, parse);
  if (entries === undefined || new Set(entries.map(([key]) => key)).size < entries.length) return undefined;
  return Object.fromEntries(entries);
}
