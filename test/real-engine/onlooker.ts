import type { Engine } from '@docker-tracker/engine-client';
import type { DockerTracker, Freshness, OutputOptions } from '@docker-tracker/tracker';
import { filter, firstValueFrom } from 'rxjs';
import type { Rig } from './rig.js';

/** What a job wrote, as far as the engine's log has it. */
export async function outputText(
  tracker: DockerTracker,
  id: string,
  options: OutputOptions = {},
): Promise<{ readonly stdout: string; readonly stderr: string }> {
  const parts: Record<'stdout' | 'stderr', Buffer[]> = { stdout: [], stderr: [] };
  for await (const { stream, data } of tracker.output(id, options)) parts[stream].push(data);
  return { stdout: Buffer.concat(parts.stdout).toString(), stderr: Buffer.concat(parts.stderr).toString() };
}

/** Resolves when the job has written this text to its standard output. */
export async function said(tracker: DockerTracker, id: string, text: string): Promise<void> {
  let written = '';
  for await (const { data } of tracker.output(id, { follow: true, stderr: false })) {
    written += data.toString();
    if (written.includes(text)) return;
  }
  throw new Error(`job ${id} ended without ${JSON.stringify(text)}: it wrote ${JSON.stringify(written)}`);
}

export async function run(tracker: DockerTracker, template: Parameters<DockerTracker['addJob']>[0]): Promise<string> {
  const id = await tracker.addJob(template);
  await tracker.wait(id, ['Done']);
  return (await outputText(tracker, id)).stdout;
}

/** Resolves when the view is this fresh; at once if it is. */
export async function freshnessIs(tracker: DockerTracker, wanted: Freshness): Promise<void> {
  await firstValueFrom(tracker.freshness$.pipe(filter((freshness) => freshness === wanted)));
}

/** Renames containers so often in all. */
export async function makeEvents(engine: Engine, ids: readonly string[], count: number): Promise<void> {
  const each = Math.ceil(count / ids.length);
  await Promise.all(
    ids.map(async (id) => {
      for (let round = 0; round < each; round += 1) {
        await engine.containers.rename(id, { name: `${id.slice(0, 16)}-${String(round)}` });
      }
    }),
  );
}

/** Makes the engine, which remembers 256 events, forget all that happened so far. */
export async function forgetEvents(rig: Rig): Promise<void> {
  const strangers = await Promise.all(Array.from({ length: 4 }, () => rig.createForeign()));
  await makeEvents(rig.engine, strangers, 280);
}
