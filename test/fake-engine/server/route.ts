import { http, type HttpHandler } from 'msw';
import { parseFilters, type FilterArguments } from '../events/filter-argument.js';
import { asRecord } from '../model/create-container.js';
import { EngineFailure } from '../model/engine-failure.js';
import { refusal } from './answers.js';

/** Carries the negotiated API version from the server to the handlers: a msw handler sees only its request. */
export const API_VERSION_HEADER = 'x-fake-api-version';

/** One request as the handlers see it. */
export interface Call {
  readonly id: string;
  /** What the wildcard of the path matched: image names contain slashes. */
  readonly rest: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  readonly request: Request;
}

type Method = 'get' | 'head' | 'post' | 'put' | 'delete';

/** A msw handler for one endpoint, path without version. Refusals become the engine's error bodies. */
export function route(
  method: Method,
  path: string | RegExp,
  work: (call: Call) => Promise<Response> | Response,
): HttpHandler {
  const pattern = typeof path === 'string' ? `http://engine${path}` : path;
  return http[method](pattern, async ({ request, params }) => {
    const url = new URL(request.url);
    const { id } = params;
    const rest = typeof path === 'string' ? '' : (path.exec(url.pathname)?.[1] ?? '');
    try {
      return await work({
        id: typeof id === 'string' ? id : '',
        rest: decodeURIComponent(rest),
        query: url.searchParams,
        apiVersion: request.headers.get(API_VERSION_HEADER) ?? '',
        request,
      });
    } catch (error) {
      return refusal(error);
    }
  });
}

export function isSet(query: URLSearchParams, key: string): boolean {
  const value = query.get(key)?.trim().toLowerCase() ?? '';
  return !['', '0', 'no', 'false', 'none'].includes(value);
}

export async function jsonBody(request: Request): Promise<Readonly<Record<string, unknown>>> {
  const body = await request.text();
  if (body === '') return {};
  try {
    const parsed: unknown = JSON.parse(body);
    return asRecord(parsed);
  } catch {
    throw new EngineFailure(400, 'invalid JSON: invalid character in the request body');
  }
}

export function filtersOf(query: URLSearchParams, isOld: boolean): FilterArguments {
  const filters = parseFilters(query.get('filters'));
  if (filters !== undefined) return filters;
  // 20.10 lets Go's parser speak, and calls it a failure of its own
  if (isOld) throw new EngineFailure(500, goSyntaxError(query.get('filters') ?? ''));
  throw new EngineFailure(400, 'invalid filter');
}

function goSyntaxError(json: string): string {
  return json.startsWith('n')
    ? `invalid character '${json[1] ?? ' '}' in literal null (expecting 'u')`
    : `invalid character '${json[0] ?? ' '}' looking for beginning of value`;
}
