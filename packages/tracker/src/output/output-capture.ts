import {
  EngineHttpError,
  EngineTimeoutError,
  EngineUnreachableError,
  type AttachConnection,
  type Engine,
} from '@docker-tracker/engine-client';
import { filter, firstValueFrom } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { abortable, pause } from '../watch/cancellation.js';
import type { JobWatch } from '../watch/job-watch.js';
import type { OutputFiles } from './output-files.js';
import { isOver, isOtherRun, runOf } from '../core/job/run-end.js';

/** What a capture works with. */
export interface CaptureContext {
  readonly engine: Engine;
  readonly watch: JobWatch;
  readonly id: string;
  /** Lets go: the files stay as they are. */
  readonly signal: AbortSignal;
}

/**
 * Writes a job's output into its files: every byte from the first where a connection was made before the start, and where
 * that, or the event stream, was lost, or a policy ran the job again, the rest out of the engine's log. Resolves when the
 * files hold every byte of the ended job.
 *
 * @param connection - absent: the files were left by another tracker, and are completed out of the log.
 * @throws what made the files incomplete: the log is gone, or is not what the files begin with.
 */
export async function captureOutput(
  context: CaptureContext,
  files: OutputFiles,
  connection: AttachConnection | undefined,
): Promise<void> {
  const { watch, id, signal } = context;
  const doubt = new Doubt(watch);
  try {
    if (!connection) doubt.raise();
    else {
      await files.take(connection.output).catch(() => {
        doubt.raise();
      });
    }
    signal.throwIfAborted();
    let run = connection ? runOf(watch.records.get(id)) : undefined;
    for (;;) {
      const record = await watch.until(id, (next) => isOver(next) || isOtherRun(next, run), signal);
      if (!record || isOver(record)) break;
      // A policy, or somebody, runs it again: its log holds all runs one after the other.
      run = runOf(record);
      doubt.raise();
      await readLog(context, files, true).catch(() => undefined);
    }
    if (doubt.raised && watch.records.get(id)?.run.phase !== 'created') await readRest(context, files);
  } finally {
    doubt.end();
  }
}

/** A log that could not be reached is asked for again so often while the engine seems to be there. */
const ATTEMPTS = 5;

/** The log of an ended job. An engine that cannot be reached now is asked again when it is back. */
async function readRest(context: CaptureContext, files: OutputFiles): Promise<void> {
  const { watch, signal } = context;
  for (let attempt = 1; ; attempt += 1) {
    try {
      await readLog(context, files, false);
      return;
    } catch (error) {
      const isAway = error instanceof EngineUnreachableError || error instanceof EngineTimeoutError;
      if (!isAway || attempt === ATTEMPTS) throw error;
      if (watch.freshness === 'live') await pause(100 * 2 ** attempt, signal);
      else await abortable(firstValueFrom(watch.freshness$.pipe(filter((now) => now === 'live'))), signal);
    }
  }
}

async function readLog({ engine, id, signal }: CaptureContext, files: OutputFiles, follow: boolean): Promise<void> {
  try {
    await files.takeAgain(engine.containers.logs(id, { ...files.wants, follow, tty: false, signal }));
  } catch (error) {
    if (error instanceof EngineHttpError && error.status === 404) {
      throw new Error('the container and its log were gone before the rest of its output could be read', {
        cause: error,
      });
    }
    throw error;
  }
}

/** Whether the connection can be trusted to have carried everything: not if the engine was out of sight meanwhile. */
class Doubt {
  raised = false;
  readonly #subscription;

  constructor(watch: JobWatch) {
    this.#subscription = watch.freshness$.subscribe((freshness) => {
      if (freshness !== 'live') this.raise();
    });
  }

  raise(): void {
    this.raised = true;
  }

  end(): void {
    this.#subscription.unsubscribe();
  }
}

/** Closes a connection whose job is over without having run: the engine would leave it open for ever. */
export function closeUnstarted({ watch, id, signal }: CaptureContext, connection: AttachConnection): void {
  watch
    .until(id, (record: JobRecord) => isOver(record) && record.run.phase === 'created', signal)
    .then(
      (record) => {
        if (record) connection.close();
      },
      () => undefined,
    );
}
