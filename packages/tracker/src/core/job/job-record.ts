import { TEMPLATE_LABEL } from '../label/label-names.js';
import { unpackText, type PackedText } from '../label/packed-text.js';
import type { DispatchStep } from './dispatch-name.js';
import type { EngineNano } from './timestamp.js';

/** Where a fact came from: an event tells a moment, an answer (inspect, list, top) tells a state that may be ahead of the events. */
export type FactSource = 'event' | 'answer';

/** One thing that is known, and the engine time it is known for. Each fact has a clock of its own. */
export interface Fact<Value> {
  readonly value: Value;
  readonly at: EngineNano;
  readonly source: FactSource;
}

/** Docker's words for where a run stands; `unknown` until an inspect tells. `ended` covers exited, removing and dead. */
export type RunPhase = 'unknown' | 'created' | 'running' | 'restarting' | 'ended';

/** A `die` that alone does not tell whether the run ended for good; the next inspect does. */
export interface PendingDie {
  readonly at: EngineNano;
  /** Absent where a label of the job shadows the event's own attribute. */
  readonly exitCode?: number;
}

/** One run of the container, from its start to its end. A later start is a new run. */
export interface Run {
  readonly phase: RunPhase;
  /** Docker's word for a state that is not known here. */
  readonly word?: string;
  readonly at: EngineNano;
  readonly source: FactSource;
  /** `State.StartedAt` of this run, which names the run across processes. */
  readonly startedAt?: string;
  readonly startEventAt?: EngineNano;
  /** The engine's clock was set back behind the beginning: what is stamped later than this came after it. */
  readonly begunBefore?: EngineNano;
  readonly dieAt?: EngineNano;
  /** The exit code in its `die`. */
  readonly diedWith?: number;
  /** In order of time. Those before this run's beginning are of runs whose end no inspect has judged yet. */
  readonly pendingDies: readonly PendingDie[];
  readonly exitCode?: number;
  readonly finishedAt?: string;
  /** `State.Error`: why a start failed. */
  readonly error?: string;
  /** The kernel killed something in the container, not necessarily the job. */
  readonly oom: boolean;
  /** The last signal sent through the API. */
  readonly kill?: { readonly signal: number; readonly at: EngineNano };
  /** The exit code that a `wait` told, for a container that is gone before its `die` was seen. */
  readonly waitExitCode?: number;
  /** The container went away without a run. */
  readonly neverStarted?: boolean;
  /** A tracker ends it because its processes together have used the CPU time that CPU_TIME allows. */
  readonly cpuTimeUsedUp?: true;
  /** It was running when last seen and an inspect, not a `die`, told its end. */
  readonly unwitnessed: boolean;
}

export type Health = 'none' | 'starting' | 'healthy' | 'unhealthy';

/** What only an inspect tells. */
export interface JobDetails {
  readonly asOf: EngineNano;
  readonly createdAt: string;
  readonly hostname: string;
  readonly user: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  /** Absent after an `update` event: it may have changed. */
  readonly restartPolicy?: string;
  readonly restartCount: number;
  readonly autoRemove: boolean;
  readonly tty: boolean;
  /** Process id on the engine's host; 0 when there is none. */
  readonly pid: number;
}

/** Everything known about one job. Immutable: folding an observation that tells nothing new returns the same object. */
export interface JobRecord {
  readonly id: string;
  readonly session: string;
  readonly image: string;
  /** All but the template, which is most of them and seldom read. */
  readonly labels: Readonly<Record<string, string>>;
  /** The label with the template, see {@link templateLabelOf}. */
  readonly template?: string | PackedText;
  /** Order of receipt of the first observation: an absence counts only if the list was asked for later. */
  readonly firstSeen: number;
  readonly removed: boolean;
  /** An answer that did not show the container told its removal, no `destroy` did. */
  readonly removedByAbsence: boolean;
  readonly removedAt?: EngineNano;
  /** The engine did not answer for it then, in order of receipt, and has not since. */
  readonly inDoubtSince?: number;
  readonly name: Fact<string>;
  /** The last step in the queue that counted: where a job that has not started stands. */
  readonly dispatch: DispatchStep;
  /** Its startTime has come. */
  readonly due?: true;
  readonly run: Run;
  readonly freezer: Fact<boolean>;
  /** `undefined`: not known, `top` was not asked or the engine host could not answer. */
  readonly stopSignal: Fact<boolean | undefined>;
  readonly health: Fact<Health>;
  readonly details?: JobDetails;
  /** `at` of the last transition: it never decreases. */
  readonly at: EngineNano;
}

/** The labels of a container as a record keeps them. */
export function keptLabels(labels: Readonly<Record<string, string>>): Pick<JobRecord, 'labels' | 'template'> {
  const { [TEMPLATE_LABEL]: template, ...others } = labels;
  return { labels: others, ...(template !== undefined && { template }) };
}

/** The template as its label has it; `undefined` where there is none. */
export function templateLabelOf({ template }: JobRecord): string | undefined {
  return template === undefined ? undefined : unpackText(template);
}
