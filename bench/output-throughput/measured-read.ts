import { resolveEndpoint } from '@docker-tracker/engine-client';
import { DockerTracker, type JobTemplate } from '@docker-tracker/tracker';
import { Client } from 'undici';

/** One way of reading a job's output, in a process of its own. */
type Request =
  | { readonly what: 'file'; readonly session: string; readonly template: JobTemplate }
  | { readonly what: 'log'; readonly session: string; readonly id: string }
  | { readonly what: 'bare'; readonly session: string; readonly id: string };

export interface Measured {
  readonly id: string;
  readonly seconds: number;
  /** Bytes of memory at the highest. */
  readonly maxRss: number;
}

const request = JSON.parse(process.argv[2] ?? '') as Request;
const { id, seconds } = await read(request);
const measured: Measured = { id, seconds, maxRss: process.resourceUsage().maxRSS * 1024 };
process.send?.(measured);
process.disconnect();

async function read(request: Request): Promise<{ id: string; seconds: number }> {
  if (request.what === 'bare') {
    const { id } = request;
    return { id, seconds: await timed(() => bare(id)) };
  }
  await using tracker = await DockerTracker.open({ session: request.session });
  if (request.what === 'file') {
    let id = '';
    const seconds = await timed(async () => {
      id = await tracker.addJob(request.template);
      await tracker.wait(id, ['Done']);
    });
    return { id, seconds };
  }
  const seconds = await timed(async () => {
    for await (const _chunk of tracker.output(request.id));
  });
  return { id: request.id, seconds };
}

async function bare(id: string): Promise<void> {
  const { socketPath } = resolveEndpoint(process.env);
  if (socketPath === undefined) throw new Error('a unix socket is needed');
  const client = new Client('http://docker', { socketPath, bodyTimeout: 0, headersTimeout: 0 });
  const { body } = await client.request({ method: 'GET', path: `/containers/${id}/logs?stdout=1&stderr=1` });
  for await (const _chunk of body);
  await client.close();
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const before = performance.now();
  await work();
  return (performance.now() - before) / 1000;
}
