import { SESSION_LABEL } from '../../label/label-names.js';
import type { JobRecord } from '../job-record.js';
import type {
  Effect,
  EventAction,
  EventObservation,
  InspectObservation,
  JobTransition,
  ListedObservation,
  Observation,
  RunFacts,
  UnansweredObservation,
} from '../observation.js';
import { reduce } from '../reduce.js';
import { formatTimestamp } from '../timestamp.js';

const ID = 'c0ffee';
const LABELS = { [SESSION_LABEL]: 'unit' };

/** A run begins at second 10 of the engine's clock in all of these; `at` counts its seconds. */
export const at = (second: number): bigint => BigInt(second) * 1_000_000_000n;
export const timeText = (second: number): string => formatTimestamp(at(second));

export function event(action: EventAction, second: number, own: Partial<EventObservation> = {}): EventObservation {
  return {
    kind: 'event',
    id: ID,
    order: second,
    action,
    at: at(second),
    name: 'job',
    image: 'busybox',
    labels: LABELS,
    ...(action === 'die' && { exitCode: 0 }),
    ...(action === 'kill' && { signal: 19 }),
    ...(action === 'health_status' && { health: 'unhealthy' }),
    ...own,
  };
}

interface InspectedWith {
  readonly policy?: string;
  readonly restartCount?: number;
  readonly name?: string;
  readonly labels?: Readonly<Record<string, string>>;
  readonly clockMoved?: boolean;
  readonly autoRemove?: boolean;
}

export function inspect(second: number, run: Partial<RunFacts>, more: InspectedWith = {}): InspectObservation {
  const { policy = 'no', restartCount = 0, name = 'job', labels = {}, clockMoved, autoRemove = false } = more;
  return {
    kind: 'inspect',
    id: ID,
    order: second,
    asOf: at(second),
    ...(clockMoved !== undefined && { clockMoved }),
    name,
    image: 'busybox',
    labels: { ...LABELS, ...labels },
    run: { phase: 'running', paused: false, exitCode: 0, error: '', oomKilled: false, health: 'none', ...run },
    details: {
      asOf: at(second),
      createdAt: timeText(1),
      hostname: 'host',
      user: 'nobody',
      command: ['sleep', '60'],
      workingDirectory: '/tmp',
      restartPolicy: policy,
      restartCount,
      autoRemove,
      tty: false,
      pid: 4711,
    },
  };
}

export const running = (second: number, more?: InspectedWith): InspectObservation =>
  inspect(second, { phase: 'running', startedAt: timeText(9) }, more);

export const ended = (second: number, exitCode: number, more?: InspectedWith): InspectObservation =>
  inspect(second, { phase: 'ended', startedAt: timeText(9), finishedAt: timeText(19), exitCode }, more);

export const restarting = (second: number, more?: InspectedWith): InspectObservation =>
  inspect(second, { phase: 'restarting', startedAt: timeText(9), finishedAt: timeText(19), exitCode: 1 }, more);

export function listed(second: number, phase: ListedObservation['phase'], exitCode?: number): ListedObservation {
  return {
    kind: 'listed',
    id: ID,
    order: second,
    asOf: at(second),
    name: 'job',
    image: 'busybox',
    labels: LABELS,
    phase,
    ...(exitCode !== undefined && { exitCode }),
  };
}

export const absent = (second: number): Observation => ({
  kind: 'absent',
  id: ID,
  asOf: at(second),
  sentOrder: second,
});

export const top = (second: number, stopped: boolean): Observation => ({
  kind: 'top',
  id: ID,
  asOf: at(second),
  stopped,
});

export const exited = (second: number, exitCode: number): Observation => ({
  kind: 'exited',
  id: ID,
  asOf: at(second),
  exitCode,
});

interface Told {
  readonly record: JobRecord;
  readonly transitions: readonly JobTransition[];
  /** Of the last observation. */
  readonly effects: readonly Effect[];
  /** `Running>Done` for each transition. */
  readonly steps: readonly string[];
}

export function tell(...observations: readonly Observation[]): Told {
  let record: JobRecord | undefined;
  let effects: readonly Effect[] = [];
  const transitions: JobTransition[] = [];
  for (const observation of observations) {
    const folded = reduce(record, observation);
    ({ record, effects } = folded);
    transitions.push(...folded.transitions);
  }
  const steps = transitions.map(({ from, to }) => `${from}>${to}`);
  return { record: record!, transitions, effects, steps };
}

/** The usual way of a job into each row of the table, up to second 30. */
export const WAYS = {
  unseen: [],
  unknown: [listed(5, 'running')],
  created: [event('create', 2)],
  running: [event('create', 2), event('start', 10), running(10)],
  restarting: [
    event('create', 2),
    event('start', 10),
    running(10, { policy: 'always' }),
    event('die', 20, { exitCode: 1 }),
    restarting(20, { policy: 'always' }),
  ],
  ended: [event('create', 2), event('start', 10), running(10), event('die', 20), ended(20, 0)],
  removed: [event('create', 2), event('start', 10), running(10), event('destroy', 30)],
} as const satisfies Record<string, readonly Observation[]>;

export const unanswered = (second: number): UnansweredObservation => ({ kind: 'unanswered', id: ID, order: second });
