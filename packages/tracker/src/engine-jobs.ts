import type { Cancellable, JobInfo } from '@docker-tracker/drmaa2';
import { Engine, type EngineOptions, type SystemInfo } from '@docker-tracker/engine-client';
import { badValue } from './core/template/refusal.js';
import { inDrmaa2Terms } from './session/drmaa2-failure.js';
import { knownInfo, type KnownInfoOptions } from './session/job-description.js';
import { JobReads } from './session/job-reads.js';
import { OpenCalls } from './session/open-calls.js';
import type { ReadContext } from './session/session-context.js';
import { SessionJobs } from './session/session-jobs.js';
import { EngineUsage } from './usage/engine-usage.js';
import { JobWatch } from './watch/job-watch.js';
import { EVERY_SESSION, type WatchScope } from './watch/watched-session.js';

export interface EngineJobsOptions extends EngineOptions {
  /** An engine of the caller's, which stays open; trackers on it share the event stream. Default: one is connected and closed with this view. */
  readonly engine?: Engine | undefined;
  /** `jobs` (default): the jobs of all sessions. `containers`: every container of the engine, over a stream of its own. */
  readonly scope?: WatchScope | undefined;
  /** Ends the opening. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * The jobs of every session on one engine, to look at and not to touch: what {@link DockerTracker} tells of its own session.
 *
 * Every method of a closed one rejects with InvalidSession; an engine that cannot be reached is DrmCommunication.
 */
export class EngineJobs extends JobReads {
  readonly scope: WatchScope;
  readonly #context: ReadContext;
  readonly #calls: OpenCalls;
  readonly #ownsEngine: boolean;

  private constructor(context: ReadContext, calls: OpenCalls, scope: WatchScope, ownsEngine: boolean) {
    super(context, calls);
    this.scope = scope;
    this.#context = context;
    this.#calls = calls;
    this.#ownsEngine = ownsEngine;
  }

  /**
   * Resolves when the first sync is done, so the first `snapshot()` is complete.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad option; DrmCommunication: no engine there, `cause` says why.
   */
  static async open(options: EngineJobsOptions = {}): Promise<EngineJobs> {
    const { signal, scope = 'jobs' } = options;
    if (!['jobs', 'containers'].includes(scope)) throw badValue('scope', scope, 'jobs or containers');
    const engine = options.engine ?? (await inDrmaa2Terms('open', () => Engine.connect(options)));
    const watch = JobWatch.hold(engine, EVERY_SESSION, scope);
    try {
      await inDrmaa2Terms('open', () => watch.ready(EVERY_SESSION, signal));
    } catch (error) {
      watch.release(EVERY_SESSION);
      if (!options.engine) await engine.close();
      throw error;
    }
    const calls = new OpenCalls('view of all jobs', 'this view of all jobs is closed; open another one');
    const jobs = new SessionJobs(watch, EVERY_SESSION);
    const usage = EngineUsage.of(watch);
    const context = { session: EVERY_SESSION, engine, watch, jobs, usage, closed: calls.signal } as const;
    return new EngineJobs(context, calls, scope, options.engine === undefined);
  }

  /**
   * What is known about a job without asking the engine; `undefined`: no such job. Of a job that had ended at first sight, only
   * what the engine's list told; {@link jobInfo} asks for the rest, and then it is known.
   */
  knownInfo(id: string, options: KnownInfoOptions = {}): JobInfo | undefined {
    const { records } = this.#context.watch;
    const record = records.get(id) ?? records.tombstone(id);
    return record && knownInfo(this.#context, record, options);
  }

  /** What the engine tells of itself and its host. */
  engineInfo(options: Cancellable = {}): Promise<SystemInfo> {
    const { engine } = this.#context;
    return this.#calls.run(options, (signal) => inDrmaa2Terms('info', () => engine.info({ signal })));
  }

  /** Ends the view: observables complete. Jobs go on. Calling it again changes nothing. */
  async close(): Promise<void> {
    if (!this.#calls.close()) return;
    this.#context.jobs.close();
    await this.#calls.settled();
    this.#context.watch.release(EVERY_SESSION);
    if (this.#ownsEngine) await this.#context.engine.close();
  }
}
