import { EngineHttpError, EngineTimeoutError, type Engine } from '@docker-tracker/engine-client';
import { isInDoubt } from '../core/job/doubt.js';
import { observeRow } from '../core/job/observe.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { pause } from './cancellation.js';
import type { JobRecords } from './job-records.js';

/** What the engine has done has long been sent; on its way it takes no longer than that. */
export const ON_ITS_WAY_MS = 1_000;

/** How far a stream has told, and when, by `performance.now()`, that was. */
export interface Heard {
  readonly upTo: EngineNano;
  readonly atMs: number;
}

export interface TriedStream {
  readonly engine: Pick<Engine, 'containers'>;
  /** Keys of labels that the stream is filtered by. */
  readonly labels: readonly string[];
  readonly records: JobRecords;
  readonly heard: () => Heard;
  readonly isWatched: (labels: Readonly<Record<string, string>>) => boolean;
}

/**
 * Whether the stream tells what happens. Each `top` makes an event, so where a job runs one is asked for and has to be heard.
 * Where none does, or the engine's host has no `ps`, there is one list, and the view has to say the same: that finds what was
 * missed, though not that nothing will be.
 */
export async function isStreamAlive(stream: TriedStream, life: AbortSignal): Promise<boolean> {
  const askedMs = performance.now();
  if (!(await makeEvent(stream, life))) return await isInStep(stream, life);
  if (stream.heard().atMs < askedMs) await pause(ON_ITS_WAY_MS, life);
  return stream.heard().atMs >= askedMs;
}

async function makeEvent({ engine, records }: TriedStream, signal: AbortSignal): Promise<boolean> {
  const running = [...records.values()].find((record) => record.run.phase === 'running' && !isInDoubt(record));
  if (!running) return false;
  try {
    await engine.containers.top(running.id, { psArgs: '-o pid,stat', signal });
    return true;
  } catch (error) {
    // A container that hangs says nothing of the stream; a dead engine does not list either.
    if (error instanceof EngineHttpError || error instanceof EngineTimeoutError) return false;
    throw error;
  }
}

/** A list lags, and so may the stream: a difference counts that is still there after a while. */
async function isInStep(stream: TriedStream, life: AbortSignal): Promise<boolean> {
  if (await saysTheSame(stream, life)) return true;
  await pause(ON_ITS_WAY_MS, life);
  return await saysTheSame(stream, life);
}

async function saysTheSame({ engine, labels, records, isWatched }: TriedStream, signal: AbortSignal): Promise<boolean> {
  const listed = new Set<string>();
  let different = 0;
  await engine.containers.listRows({
    all: true,
    filters: { label: labels },
    signal,
    onRow: (row) => {
      if (!isWatched(row.Labels)) return;
      listed.add(row.Id);
      const { phase, name } = observeRow(row, { order: 0, asOf: 0n });
      const known = records.get(row.Id);
      const same = known?.run.phase === phase && known.name.value === name;
      if (!same && !(known && isInDoubt(known))) different += 1;
    },
  });
  return different === 0 && [...records.values()].every(({ id }) => listed.has(id));
}
