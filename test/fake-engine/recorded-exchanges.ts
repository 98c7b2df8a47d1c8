import { readFileSync } from 'node:fs';

export interface RecordedExchange {
  readonly label: string;
  readonly request: { readonly method: string; readonly path: string; readonly body?: unknown };
  readonly response: {
    readonly status: number;
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    readonly bodyBase64?: string;
  };
}

/** What a real engine answered, in order (`test/recorded`). */
export function recordedExchanges(version: string): readonly RecordedExchange[] {
  return readLines(version, 'exchanges.ndjson').map((line) => JSON.parse(line) as RecordedExchange);
}

export function recordedEvents(version: string, file = 'events.ndjson'): readonly string[] {
  return readLines(version, file);
}

function readLines(version: string, file: string): readonly string[] {
  const url = new URL(`../recorded/engine-${version}/${file}`, import.meta.url);
  return readFileSync(url, 'utf8')
    .split('\n')
    .filter((line) => line !== '');
}
