import type { Engine, EngineEvent } from '@docker-tracker/engine-client';
import type { DockerTracker, Freshness, OutputOptions } from '@docker-tracker/tracker';
import { filter, firstValueFrom } from 'rxjs';
import type { Rig } from './rig.js';

export type EventQuery = {
  readonly action: string;
  readonly id?: string;
  readonly label?: string;
  /** Which one of those that match; 1 is the first. */
  readonly count?: number;
};

/** Resolves with an event of one container, or of those with a label; it may lie in the past. */
export async function eventSeen(engine: Engine, query: EventQuery): Promise<EngineEvent> {
  const { action, id, label, count = 1 } = query;
  const filters = { ...(id !== undefined && { container: [id] }), ...(label !== undefined && { label: [label] }) };
  let left = count;
  for await (const event of engine.events({ since: '0', filters: { type: ['container'], ...filters } })) {
    if (event.action === action && (left -= 1) === 0) return event;
  }
  throw new Error(`the event stream ended before ${action}`);
}

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
