/** A request as it arrived. */
export interface RequestRecord {
  readonly method: string;
  /** Path and query as sent. */
  readonly path: string;
  /** Path without version and query, decoded no further: what matchers look at. */
  readonly route: string;
  readonly query: URLSearchParams;
  readonly apiVersion: string;
  /** One character a byte: archives are binary. */
  readonly body: string;
  readonly accept: string | undefined;
  readonly contentType: string | undefined;
  readonly atMs: number;
  /** Undefined until the header of the answer is sent. */
  status: number | undefined;
}

/** Method and path, as in `GET /containers/json`, with `*` for one segment and `**` for any; or a test of its own. */
export type RequestMatcher = string | RegExp | ((request: RequestRecord) => boolean);

export function requestMatches(matcher: RequestMatcher, request: RequestRecord): boolean {
  if (typeof matcher === 'function') return matcher(request);
  const line = `${request.method} ${request.route}`;
  return matcher instanceof RegExp ? matcher.test(line) : toPattern(matcher).test(line);
}

interface Watcher {
  readonly matcher: RequestMatcher;
  left: number;
  readonly resolve: (request: RequestRecord) => void;
}

/** Every request since the start, and promises for those to come: tests need no polling. */
export class RequestLog {
  readonly #records: RequestRecord[] = [];
  readonly #watchers = new Set<Watcher>();

  get records(): readonly RequestRecord[] {
    return this.#records;
  }

  count(matcher: RequestMatcher): number {
    return this.#records.filter((record) => requestMatches(matcher, record)).length;
  }

  clear(): void {
    this.#records.length = 0;
  }

  add(record: RequestRecord): void {
    this.#records.push(record);
    for (const watcher of [...this.#watchers]) {
      if (!requestMatches(watcher.matcher, record)) continue;
      watcher.left -= 1;
      if (watcher.left > 0) continue;
      this.#watchers.delete(watcher);
      watcher.resolve(record);
    }
  }

  /** The `count`-th matching request, counted since the start or the last clear; may have come already. */
  wait(matcher: RequestMatcher, count: number): Promise<RequestRecord> {
    const seen = this.#records.filter((record) => requestMatches(matcher, record));
    const found = seen[count - 1];
    return found === undefined ? this.#watch(matcher, count - seen.length) : Promise.resolve(found);
  }

  /** The next matching request from now on. */
  next(matcher: RequestMatcher): Promise<RequestRecord> {
    return this.#watch(matcher, 1);
  }

  #watch(matcher: RequestMatcher, left: number): Promise<RequestRecord> {
    return new Promise((resolve) => {
      this.#watchers.add({ matcher, left, resolve });
    });
  }
}

function toPattern(glob: string): RegExp {
  const escaped = glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replace(/\*+/g, (stars) => (stars.length > 1 ? '.*' : '[^/]*'))}$`);
}
