/** Values asked for under one key. */
export type FilterArguments = ReadonlyMap<string, readonly string[]>;

/** Reads the `filters` query: `{key: [values]}` or the older `{key: {value: true}}`; undefined when malformed. */
export function parseFilters(text: string | null): FilterArguments | undefined {
  if (text === null || text === '') return new Map();
  const parsed = parseObject(text);
  if (parsed === undefined) return undefined;
  const filters = new Map<string, readonly string[]>();
  for (const [key, values] of Object.entries(parsed)) {
    if (Array.isArray(values)) filters.set(key, values.map(String));
    // a value mapped to false is kept by the engine and never matches; the impossible value does the same here
    else if (values !== null && typeof values === 'object')
      filters.set(
        key,
        Object.entries(values).map(([value, wanted]) => (wanted === true ? value : `\0${value}`)),
      );
    else return undefined;
  }
  return filters;
}

/** `k` present, `k=v` equal; every value must match (the one key that is AND, not OR). */
export function matchesLabels(
  wanted: readonly string[] | undefined,
  labels: Readonly<Record<string, string>>,
): boolean {
  return (wanted ?? []).every((label) => {
    const equals = label.indexOf('=');
    if (equals < 0) return Object.hasOwn(labels, label);
    return labels[label.slice(0, equals)] === label.slice(equals + 1);
  });
}

function parseObject(text: string): Record<string, unknown> | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed)) return undefined;
    return { ...parsed };
  } catch {
    return undefined;
  }
}
