import { isAbsolutePath, resolveHostPath } from './host-path.js';
import { parseRecord } from './list-entries.js';

/** `HostConfig.Tmpfs`: `path[:options]`, separated by `;` since mount(8)'s options hold commas. */
export function parseTmpfs(text: string): Readonly<Record<string, string>> | undefined {
  return parseRecord(text, ';', (entry) => {
    const [path = '', options, ...rest] = entry.split(':');
    if (rest.length > 0 || !isAbsolutePath(path) || resolveHostPath(path, '/') === '/') return undefined;
    if (options !== undefined && !/^[a-z0-9=,.%_-]+$/i.test(options)) return undefined;
    return [path, options ?? ''];
  });
}
