import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { Engine, EngineOptions } from '@docker-tracker/engine-client';
import type { DockerTracker, EngineJobsOptions, WatchScope } from '@docker-tracker/tracker';

export interface DockerMonitorOptions extends EngineOptions {
  /** An engine of the caller's, which stays open; trackers on it share the event stream. Default: one is connected and closed with the monitor. */
  readonly engine?: Engine | undefined;
  /** Instead of an engine: the one that this tracker works on. */
  readonly tracker?: DockerTracker | undefined;
  /** `jobs` (default): the DRMAA2 jobs of all sessions. `containers`: every container of the engine, over an event stream of its own. */
  readonly scope?: WatchScope | undefined;
  /** Ends the opening. */
  readonly signal?: AbortSignal | undefined;
}

/** @throws {Drmaa2Error} InvalidArgument: both an engine and a tracker. */
export function engineJobsOptions({ tracker, ...options }: DockerMonitorOptions): EngineJobsOptions {
  if (tracker === undefined) return options;
  if (options.engine !== undefined && options.engine !== tracker.engine)
    throw new Drmaa2Error(
      'InvalidArgument',
      "give either an engine or a tracker: this tracker's engine is another one",
    );
  return { ...options, engine: tracker.engine };
}
