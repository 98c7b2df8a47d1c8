import type { JobInfo, JobTemplate } from '@docker-tracker/drmaa2';
import type { StateSpan } from '../../src/core/state-span.js';
import type { JobRow, OutputLine } from '../../src/dashboard/feed-message.js';

/** The answer to `/jobs/ID`. */
export interface JobDescription {
  readonly job: JobRow;
  readonly info: JobInfo;
  readonly template?: JobTemplate;
  readonly timeline: readonly StateSpan[];
}

const KEPT_AS = 'docker-tracker-token';

/** Out of the printed URL's fragment, which is taken out of the address bar; kept for this tab's reloads. */
const token = takeToken();

function takeToken(): string | undefined {
  const given = /^#token=([\w-]+)$/.exec(location.hash)?.[1];
  if (given !== undefined) {
    sessionStorage.setItem(KEPT_AS, given);
    history.replaceState(undefined, '', `${location.pathname}#/`);
  }
  return sessionStorage.getItem(KEPT_AS) ?? undefined;
}

export const hasToken = token !== undefined;

function headers(): Record<string, string> {
  return token === undefined ? {} : { authorization: `Bearer ${token}` };
}

async function failure(response: Response): Promise<Error> {
  const words = (await response.json().catch(() => undefined)) as { readonly message?: string } | undefined;
  return new Error(words?.message ?? `the dashboard answered ${String(response.status)}`);
}

export async function describeJob(id: string, signal: AbortSignal): Promise<JobDescription> {
  const response = await fetch(`/jobs/${encodeURIComponent(id)}`, { headers: headers(), signal });
  if (!response.ok) throw await failure(response);
  return (await response.json()) as JobDescription;
}

export async function controlJob(id: string, action: string): Promise<void> {
  const response = await fetch(`/jobs/${encodeURIComponent(id)}/${action}`, { method: 'POST', headers: headers() });
  if (!response.ok) throw await failure(response);
}

/** The job's output, the last lines first. */
export async function* jobOutput(id: string, signal: AbortSignal): AsyncGenerator<OutputLine, void, undefined> {
  const response = await fetch(`/jobs/${encodeURIComponent(id)}/output?tail=1000`, { signal });
  if (!response.ok || !response.body) throw await failure(response);
  const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = '';
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    const lines = (rest + value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line) as OutputLine;
  }
}
