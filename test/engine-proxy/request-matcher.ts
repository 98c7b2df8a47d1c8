import type { ProxiedRequest } from './exchange-reader.js';

/** `GET /events` with `*` for one segment, `**` for any; a pattern on the same text; or a test of its own. */
export type ProxyMatcher = string | RegExp | ((request: ProxiedRequest) => boolean);

export function matches(matcher: ProxyMatcher, request: ProxiedRequest): boolean {
  if (typeof matcher === 'function') return matcher(request);
  const line = `${request.method} ${request.route}`;
  if (matcher instanceof RegExp) return matcher.test(line);
  const escaped = matcher.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'))}$`).test(line);
}
