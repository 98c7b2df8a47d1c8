import { isTerminated } from '@docker-tracker/drmaa2';
import type { DockerTracker, JobTransition, OutputChunk } from '@docker-tracker/tracker';
import { engineTimeText } from '../core/engine-time.js';
import { writeBytes } from './streams.js';

/** A transition as a JSON line has it: the time in RFC 3339, nine digits. */
export function transitionJson({ jobId, from, to, at, cause, job }: JobTransition): object {
  return { type: 'transition', jobId, from, to, at: engineTimeText(at), cause, job };
}

/** Some output as a JSON line has it: `data` where the bytes are UTF-8, else `base64`. */
export function outputJson(jobId: string, { stream, data }: OutputChunk): object {
  const text = data.toString('utf8');
  const exact = Buffer.from(text, 'utf8').equals(data);
  return { type: 'output', jobId, stream, ...(exact ? { data: text } : { base64: data.toString('base64') }) };
}

/** Writes a job's transitions and output as they come, and at its end the job; resolves when the last line is written. */
export async function followAsJson(tracker: DockerTracker, id: string): Promise<void> {
  const line = (value: object): Promise<void> => writeBytes(process.stdout, `${JSON.stringify(value)}\n`);
  await line({ type: 'submitted', jobId: id, job: tracker.snapshot().get(id) });
  const transitions = tracker.transitions$.subscribe((transition) => {
    if (transition.jobId === id) void line(transitionJson(transition));
  });
  try {
    await tracker.wait(id, ['Running', 'Suspended', 'Done', 'Failed']).catch(() => undefined);
    for await (const chunk of tracker.output(id, { follow: true })) await line(outputJson(id, chunk));
    const job = await tracker.wait(id, ['Done', 'Failed']);
    if (isTerminated(job.state)) await line({ type: 'ended', jobId: id, job });
  } finally {
    transitions.unsubscribe();
  }
}
