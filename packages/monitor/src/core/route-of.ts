/** Words that stand where an id or a name would. */
const FIXED: Readonly<Record<string, readonly string[]>> = {
  containers: ['create', 'json', 'prune'],
  images: ['create', 'json', 'load', 'prune', 'search', 'get'],
  exec: [],
};

/** The path of a request without its version, and with `{id}` for what is another one each time: few enough to count by. */
export function routeOf(path: string): string {
  const [, first = '', second, ...rest] = path.replace(/^\/v\d+\.\d+(?=\/)/, '').split('/');
  const fixed = FIXED[first];
  if (second === undefined) return `/${first}`;
  return ['', first, fixed === undefined || fixed.includes(second) ? second : '{id}', ...rest].join('/');
}
