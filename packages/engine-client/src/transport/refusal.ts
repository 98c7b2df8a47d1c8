import { EngineHttpError, type RequestLine } from '../errors.js';

/** The error for a status that is not success. */
export function refusalOf(request: RequestLine, status: number, message: string, location?: string): EngineHttpError {
  if (status >= 300 && status < 400) {
    const target = location === undefined ? '' : `: it points to ${location.replace(/[?#].*$/, '')}`;
    return new EngineHttpError(request, status, message, `redirects are not followed${target}`);
  }
  // worded alike from 20.10 to 29.1; if the words change, only the hint is lost
  const version = status === 400 && /client version \S+ is too (old|new)/.test(message);
  return new EngineHttpError(request, status, message, version ? 'negotiate the API version again' : undefined);
}
