import type { JobRecord } from '../core/job/job-record.js';
import { endedAt, isOver } from '../core/job/run-end.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { TTL_LABEL } from '../core/label/label-names.js';
import type { SessionContext } from '../session/session-context.js';
import { JobTimers } from '../watch/job-timers.js';

/**
 * Removes the session's ended jobs when as much time has passed since their end as the extension `ttl` gives them, with their files
 * whole. What is remembered of a removed job answers for it. With no tracker open they stay until one is.
 */
export function removeExpired(context: SessionContext): JobTimers {
  const { watch, session } = context;
  return new JobTimers(watch, session, {
    at: expiryOf,
    come: async (record) => {
      // A row of the list tells no time of an end: what is told now makes another moment.
      if (!isEndKnown(record)) await watch.ask(record.id, context.closed);
      else await remove(context, record);
    },
  });
}

function expiryOf(record: JobRecord): EngineNano | undefined {
  const text = record.labels[TTL_LABEL];
  if (text === undefined || !/^\d{1,10}$/.test(text) || !isOver(record)) return undefined;
  if (!isEndKnown(record)) return record.at;
  return endedAt(record) + BigInt(text) * 1_000_000_000n;
}

function isEndKnown({ run, details }: JobRecord): boolean {
  return run.phase !== 'ended' || run.dieAt !== undefined || run.finishedAt !== undefined || details !== undefined;
}

async function remove({ engine, files, closed }: SessionContext, record: JobRecord): Promise<void> {
  // What is still to be read out of the container would go with it.
  await files.whole(record, closed);
  await engine.containers.remove(record.id, { v: true, signal: closed });
}
