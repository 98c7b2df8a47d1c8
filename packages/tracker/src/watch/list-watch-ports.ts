import type { Engine, EngineEvent } from '@docker-tracker/engine-client';
import type { Observable } from 'rxjs';
import type { Observation } from '../core/job/observation.js';
import type { EngineClock } from './engine-clock.js';
import type { EngineProgress } from './engine-progress.js';
import type { Freshness } from './freshness.js';
import type { JobRecords } from './job-records.js';

/** What the list and watch reads and tells; the rest of the watch is not its business. */
export interface ListWatchPorts {
  readonly engine: Engine;
  /** Keys of labels that a container has which is to be seen. */
  readonly labels: readonly string[];
  readonly clock: EngineClock;
  readonly records: JobRecords;
  /** Reasons to list again, from the fold and the effects. */
  readonly resyncs$: Observable<string>;
  readonly progress: EngineProgress;
  /** Whether somebody looks at the session that these labels name. */
  isWatched(labels: Readonly<Record<string, string>>): boolean;
  /** A sync whose list was asked for as number `sentOrder` is done. */
  synced(sentOrder: number): void;
  fresh(freshness: Freshness): void;
  event(event: EngineEvent): void;
  fold(observation: Observation): void;
  /** What is not answered while `life` lasts is asked again. */
  connected(life: AbortSignal): void;
  /** Whether the last inspect of the job failed. */
  isUnanswered(id: string): boolean;
  inspect(id: string): void;
  /** Resolves when each inspect that was called for by now is folded, or its job in doubt. */
  inspected(): Promise<void>;
  /** Resolves when `top` has told whether the first process is stopped, or could not. */
  top(id: string): Promise<void>;
}
