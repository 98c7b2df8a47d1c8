/** Filters as the engine takes them: values of one key are alternatives, except `label`, where all must match. */
export type EngineFilters = Readonly<Record<string, readonly string[]>>;

/** Query values before encoding. `undefined` leaves the key out, booleans become `1` and `0`. */
export type QueryValues = Readonly<Record<string, string | number | boolean | EngineFilters | undefined>>;

/** `?key=value&…`, or an empty string. */
export function queryString(values: QueryValues): string {
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(values)) {
    if (value !== undefined) search.append(key, textOf(value));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

/**
 * `id` as one segment of a path.
 *
 * @throws {TypeError} empty, `.` or `..`: the engine would clean the path and answer for another resource.
 */
export function pathSegment(id: string): string {
  if (typeof id !== 'string' || id === '' || id === '.' || id === '..') {
    throw new TypeError(`an id or name is needed, got ${JSON.stringify(id)}`);
  }
  return encodeURIComponent(id);
}

function textOf(value: string | number | boolean | EngineFilters): string {
  if (typeof value === 'boolean') return value ? '1' : '0';
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
