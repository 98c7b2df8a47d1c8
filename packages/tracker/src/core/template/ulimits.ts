import type { Ulimit } from '@docker-tracker/engine-client';

/** The names that the engine knows. @source go-units ulimit.go (`as` is left out there) */
export const ULIMIT_NAMES: readonly string[] = [
  ...['core', 'cpu', 'data', 'fsize', 'locks', 'memlock', 'msgqueue', 'nice'],
  ...['nofile', 'nproc', 'rss', 'rtprio', 'rttime', 'sigpending', 'stack'],
];

const ENTRY = /^([a-z]+)=(-1|\d{1,16})(?::(-1|\d{1,16}))?$/;

/**
 * Parses `name=soft[:hard]`, a comma list, order kept. hard is soft where it is not said; -1 is unlimited.
 * @returns undefined for a malformed entry, an unknown or repeated name, soft above hard, a number beyond 2^53.
 */
export function parseUlimits(text: string): readonly Ulimit[] | undefined {
  const limits: Ulimit[] = [];
  for (const entry of text.split(',')) {
    const limit = parseUlimit(entry);
    if (limit === undefined || limits.some(({ Name }) => Name === limit.Name)) return undefined;
    limits.push(limit);
  }
  return limits;
}

function parseUlimit(entry: string): Ulimit | undefined {
  const [, Name, softText, hardText = softText] = ENTRY.exec(entry) ?? [];
  if (Name === undefined || softText === undefined || !ULIMIT_NAMES.includes(Name)) return undefined;
  const Soft = Number(softText);
  const Hard = Number(hardText);
  if (!Number.isSafeInteger(Soft) || !Number.isSafeInteger(Hard)) return undefined;
  return height(Soft) <= height(Hard) ? { Name, Soft, Hard } : undefined;
}

function height(limit: number): number {
  return limit === -1 ? Infinity : limit;
}
