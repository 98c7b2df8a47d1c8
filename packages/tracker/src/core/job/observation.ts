import type { JobState } from '@docker-tracker/drmaa2';
import type { Health, JobDetails, JobRecord, RunPhase } from './job-record.js';
import type { JobSnapshot } from './job-snapshot.js';
import type { EngineNano } from './timestamp.js';

/** The container actions that say something about a job; all others (exec, attach, top, resize …) are not observations. */
export const EVENT_ACTIONS = [
  'create',
  'start',
  'pause',
  'unpause',
  'kill',
  'oom',
  'die',
  'stop',
  'restart',
  'rename',
  'update',
  'health_status',
  'destroy',
] as const;

export type EventAction = (typeof EVENT_ACTIONS)[number];

export interface EventObservation {
  readonly kind: 'event';
  readonly id: string;
  /** Order of receipt, counted by the shell over all observations. */
  readonly order: number;
  readonly action: EventAction;
  readonly at: EngineNano;
  readonly name: string;
  /** Of a `rename`: the name before it. Absent where a label of the job shadows it. */
  readonly oldName?: string;
  readonly image: string;
  /** The container's labels, as far as the event's own attributes do not hide them. */
  readonly labels: Readonly<Record<string, string>>;
  readonly exitCode?: number;
  readonly signal?: number;
  readonly health?: Health;
}

/** What an inspect says about a run. */
export interface RunFacts {
  readonly phase: RunPhase;
  /** Docker's word, where it is none that is known. */
  readonly word?: string;
  readonly paused: boolean;
  readonly startedAt?: string;
  readonly finishedAt?: string;
  readonly exitCode: number;
  readonly error: string;
  readonly oomKilled: boolean;
  readonly health: Health;
}

export interface InspectObservation {
  readonly kind: 'inspect';
  readonly id: string;
  readonly order: number;
  /** Highest `timeNano` received before the request was sent: the answer includes all those events. */
  readonly asOf: EngineNano;
  /** The engine's clock was set back since the last answer: older clocks do not count. */
  readonly clockMoved?: boolean;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly run: RunFacts;
  readonly details: JobDetails;
}

/** A row of the list: a hint, since the list lags behind the events and has no times. */
export interface ListedObservation {
  readonly kind: 'listed';
  readonly id: string;
  readonly order: number;
  readonly asOf: EngineNano;
  readonly name: string;
  readonly image: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly phase: RunPhase;
  /** Only of an exited row, out of its `Status` text. */
  readonly exitCode?: number;
}

/** A list that was asked for as number `sentOrder` did not show the container. */
export interface AbsentObservation {
  readonly kind: 'absent';
  readonly id: string;
  readonly asOf: EngineNano;
  readonly sentOrder: number;
}

/** What `top` says of the job's first process. */
export interface TopObservation {
  readonly kind: 'top';
  readonly id: string;
  readonly asOf: EngineNano;
  readonly stopped: boolean;
}

/** A `wait` that was armed before the start told the exit code; it may come before or after the `die`, or in its place. */
export interface ExitedObservation {
  readonly kind: 'exited';
  readonly id: string;
  readonly asOf: EngineNano;
  readonly exitCode: number;
}

/** The engine did not answer when it was asked about the container, time and again. */
export interface UnansweredObservation {
  readonly kind: 'unanswered';
  readonly id: string;
  /** As that of an event. */
  readonly order: number;
}

/** By the engine's clock, the startTime of a waiting job has come. */
export interface DueObservation {
  readonly kind: 'due';
  readonly id: string;
  readonly asOf: EngineNano;
}

/** A usage sample says that the run that goes on has used up the CPU time that CPU_TIME allows. */
export interface CpuTimeObservation {
  readonly kind: 'cpu-time';
  readonly id: string;
  readonly asOf: EngineNano;
}

/** The one shape in which facts about a container reach a job record. */
export type Observation =
  | EventObservation
  | InspectObservation
  | ListedObservation
  | AbsentObservation
  | TopObservation
  | ExitedObservation
  | UnansweredObservation
  | DueObservation
  | CpuTimeObservation;

/** A job went from one DRMAA2 state to another. Per job the chain never breaks: each `from` is the last `to`. */
export interface JobTransition {
  readonly jobId: string;
  readonly from: JobState;
  readonly to: JobState;
  /** Engine clock, nanoseconds; never decreases per job. */
  readonly at: EngineNano;
  /** What told it: an event's action, `inspect`, `list`, `absent` or `top`. */
  readonly cause: string;
  /** The job as it was right after this transition. */
  readonly job: JobSnapshot;
}

/** What the core asks of the shell. Asking twice is harmless: requests are coalesced per job. */
export type Effect =
  | { readonly type: 'inspect'; readonly id: string }
  | { readonly type: 'top'; readonly id: string }
  | { readonly type: 'resync'; readonly because: string };

export interface Reduced {
  readonly record: JobRecord | undefined;
  readonly transitions: readonly JobTransition[];
  readonly effects: readonly Effect[];
}
