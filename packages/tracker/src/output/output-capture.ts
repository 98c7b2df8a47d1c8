import { EngineHttpError, type AttachConnection, type Engine } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import { linkedSignal } from '../watch/cancellation.js';
import type { JobWatch } from '../watch/job-watch.js';
import type { OutputFiles } from './output-files.js';

/**
 * Writes a job's output into its files, from the first byte: attached before the start, and where the connection or the
 * event stream was lost, or a policy ran the job again, completed out of the engine's log.
 */
export class OutputCapture {
  /** Resolves when the files hold every byte of the ended job and are closed. Never rejects. */
  readonly finished: Promise<void>;
  readonly #engine: Engine;
  readonly #watch: JobWatch;
  readonly #id: string;
  readonly #files: OutputFiles;
  readonly #stop = new AbortController();
  #incomplete: unknown;

  private constructor(engine: Engine, watch: JobWatch, id: string, files: OutputFiles, connection: AttachConnection) {
    this.#engine = engine;
    this.#watch = watch;
    this.#id = id;
    this.#files = files;
    this.finished = this.#capture(connection)
      .catch((error: unknown) => {
        this.#incomplete = error;
      })
      .finally(() => files.close());
  }

  /** Attaches to a container that is created and not started; resolves when the engine has attached. */
  static async attach(
    engine: Engine,
    watch: JobWatch,
    id: string,
    files: OutputFiles,
    signal?: AbortSignal,
  ): Promise<OutputCapture> {
    // It ends the attaching; the connection outlives the call that made it.
    const scope = linkedSignal(signal);
    try {
      const connection = await engine.containers.attach(id, { ...files.wants, tty: false, signal: scope.signal });
      return new OutputCapture(engine, watch, id, files, connection);
    } finally {
      scope.end();
    }
  }

  /** Why the files may lack bytes: a full disk, or a log that was gone before it could be read. */
  get failure(): unknown {
    return this.#files.failure ?? this.#incomplete;
  }

  /** Lets go: the files are closed as they are. */
  stop(): Promise<void> {
    this.#stop.abort(new Error('the output is not followed any more'));
    return this.finished;
  }

  async #capture(connection: AttachConnection): Promise<void> {
    const { signal } = this.#stop;
    const onAbort = (): void => {
      connection.close();
    };
    signal.addEventListener('abort', onAbort, { once: true });
    const doubt = new Doubt(this.#watch);
    try {
      await this.#files.take(connection.output).catch(() => {
        doubt.raise();
      });
      signal.throwIfAborted();
      let run = runOf(this.#watch.records.get(this.#id));
      for (;;) {
        const record = await this.#watch.until(this.#id, (next) => hasEnded(next) || isOtherRun(next, run), signal);
        if (record && !hasEnded(record)) {
          // A policy, or somebody, runs it again: its log holds all runs one after the other.
          run = runOf(record);
          doubt.raise();
          await this.#readLog(true).catch(() => undefined);
          continue;
        }
        if (doubt.raised) await this.#readLog(false);
        return;
      }
    } finally {
      doubt.end();
      signal.removeEventListener('abort', onAbort);
    }
  }

  async #readLog(follow: boolean): Promise<void> {
    const { wants } = this.#files;
    try {
      const log = this.#engine.containers.logs(this.#id, { ...wants, follow, tty: false, signal: this.#stop.signal });
      await this.#files.take(log, true);
    } catch (error) {
      if (error instanceof EngineHttpError && error.status === 404) {
        throw new Error('the container and its log were gone before the rest of its output could be read', {
          cause: error,
        });
      }
      throw error;
    }
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

function hasEnded(record: JobRecord): boolean {
  return record.run.phase === 'ended';
}

interface RunName {
  readonly startedAt?: string;
  readonly startEventAt?: bigint;
}

function runOf(record: JobRecord | undefined): RunName {
  const { startedAt, startEventAt } = record?.run ?? {};
  return { ...(startedAt !== undefined && { startedAt }), ...(startEventAt !== undefined && { startEventAt }) };
}

function isOtherRun({ run }: JobRecord, known: RunName): boolean {
  if (run.phase !== 'running') return false;
  if (run.startedAt !== undefined && known.startedAt !== undefined) return run.startedAt !== known.startedAt;
  if (run.startEventAt === undefined || known.startEventAt === undefined) return false;
  return run.startEventAt !== known.startEventAt;
}
