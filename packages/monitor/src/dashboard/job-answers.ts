import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { Drmaa2Error, JOB_CONTROL_ACTIONS, type JobControlAction, type JobTemplate } from '@docker-tracker/drmaa2';
import type { DashboardSource } from './dashboard-source.js';
import type { OutputLine } from './feed-message.js';
import { visibleFacts } from './job-row.js';
import { beginEvents, eventFrame } from './server-sent-events.js';

/** Lines of output that a page gets first, unless it says how many. */
const TAIL = { usual: 1_000, most: 10_000 };

/** All that is known about one job. Values of its environment are shown only to whoever may control it. */
export async function describe(source: DashboardSource, id: string, { trusted }: { readonly trusted: boolean }) {
  const job = source.snapshot().get(id);
  if (!job) throw unknownJob(id);
  const [info, template] = await Promise.all([
    source.jobInfo(id),
    // A container without a template (not one of ours) has all the rest.
    source.jobTemplate(id).catch(() => undefined),
  ]);
  return {
    job: visibleFacts(job),
    info,
    template: template && (trusted ? template : withoutEnvironmentValues(template)),
    timeline: source.timeline(id),
  };
}

function withoutEnvironmentValues(template: JobTemplate): JobTemplate {
  const { jobEnvironment, ...rest } = template;
  if (!jobEnvironment) return rest;
  return { ...rest, jobEnvironment: Object.fromEntries(Object.keys(jobEnvironment).map((name) => [name, '…'])) };
}

/** The job's output as JSON lines: the last lines first, then whatever it writes. Read only as fast as the page takes it. */
export async function streamOutput(
  source: DashboardSource,
  id: string,
  tail: string | null,
  response: ServerResponse,
): Promise<void> {
  const lines = tail === null ? TAIL.usual : Number(tail);
  if (!Number.isInteger(lines) || lines < 0 || lines > TAIL.most)
    throw new Drmaa2Error(
      'InvalidArgument',
      `tail ${JSON.stringify(tail)} is no number of lines from 0 to ${String(TAIL.most)}`,
    );
  if (!source.snapshot().has(id)) throw unknownJob(id);
  const gone = new AbortController();
  response.once('close', () => {
    gone.abort();
  });
  response.writeHead(200, { 'content-type': 'application/x-ndjson; charset=utf-8' });
  response.flushHeaders();
  const send = async (line: OutputLine): Promise<void> => {
    if (!response.write(`${JSON.stringify(line)}\n`)) await once(response, 'drain', { signal: gone.signal });
  };
  // A character may begin in one chunk and end in the next one of its stream.
  const decoders = { stdout: new TextDecoder(), stderr: new TextDecoder() };
  try {
    for await (const { stream, data } of source.output(id, { follow: true, tail: lines, signal: gone.signal })) {
      const text = decoders[stream].decode(data, { stream: true });
      if (text !== '') await send({ stream, text });
    }
    await send({ end: true });
  } catch (error) {
    if (gone.signal.aborted) return;
    await send({ error: error instanceof Error ? error.message : 'the output ended' });
  }
  response.end();
}

/** What the job uses, `event: usage` about once a second while it runs; then `event: end`. */
export function streamUsage(source: DashboardSource, id: string, response: ServerResponse): void {
  if (!source.snapshot().has(id)) throw unknownJob(id);
  beginEvents(response);
  const finish = (): void => {
    response.end(eventFrame('end', {}));
  };
  const samples = source.usage$(id).subscribe({
    next: (usage) => {
      // A page that does not read misses samples: the next one is as good.
      if (!response.writableNeedDrain) response.write(eventFrame('usage', usage));
    },
    complete: finish,
    error: finish,
  });
  response.once('close', () => {
    samples.unsubscribe();
  });
}

export type DashboardAction = JobControlAction | 'delete';

export function isDashboardAction(action: string): action is DashboardAction {
  return action === 'delete' || (JOB_CONTROL_ACTIONS as readonly string[]).includes(action);
}

/** Does it through the tracker of the job's own session; resolves once the view holds the effect. */
export async function control(source: DashboardSource, id: string, action: DashboardAction): Promise<void> {
  const job = source.snapshot().get(id);
  if (!job) throw unknownJob(id);
  const tracker = await source.tracker(job.session);
  if (action === 'delete') await tracker.deleteJob(id);
  else await tracker.jobControl(id, action);
}

/** A job that is not in the view: `code` InvalidArgument, and 404 for a browser. */
function unknownJob(id: string): Drmaa2Error {
  return new UnknownJobError('InvalidArgument', `there is no job ${JSON.stringify(id)} (any more)`);
}

export class UnknownJobError extends Drmaa2Error {}
