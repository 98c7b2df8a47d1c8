import type {
  ContainerInspect,
  ContainerState,
  ContainerSummary,
  ContainerTop,
  EngineEvent,
} from '@docker-tracker/engine-client';
import type { Health, RunPhase } from './job-record.js';
import {
  EVENT_ACTIONS,
  type EventAction,
  type EventObservation,
  type InspectObservation,
  type ListedObservation,
  type RunFacts,
  type TopObservation,
} from './observation.js';
import { knownTimestamp, type EngineNano } from './timestamp.js';

/** Attributes of the event itself: what stands under these keys is no label, unless a label hides them. @source engine-facts 2.1 */
const EVENT_ATTRIBUTES: ReadonlySet<string> = new Set([
  'name',
  'image',
  'exitCode',
  'signal',
  'execDuration',
  'oldName',
]);

/** Podman's compatible API says `remove` and `died`. @source podman pkg/api/handlers/compat/events.go */
const OTHER_WORDS: Readonly<Record<string, EventAction>> = { remove: 'destroy', died: 'die' };

/** The observation in an event of the engine; `undefined` for events that say nothing about a job. */
export function observeEvent(
  event: EngineEvent,
  order: number,
  known?: Readonly<Record<string, string>>,
): EventObservation | undefined {
  if (event.type !== 'container' || event.id === '') return undefined;
  const [word = '', detail] = event.action.split(': ', 2);
  const action = OTHER_WORDS[word] ?? EVENT_ACTIONS.find((candidate) => candidate === word);
  if (action === undefined) return undefined;
  const { attributes } = event;
  const exitCode = action === 'die' ? ownNumber(attributes, 'exitCode', known) : undefined;
  const signal = action === 'kill' ? ownNumber(attributes, 'signal', known) : undefined;
  const oldName =
    action === 'rename' && !(known && Object.hasOwn(known, 'oldName'))
      ? attributes.oldName?.replace(/^\//, '')
      : undefined;
  return {
    kind: 'event',
    id: event.id,
    order,
    action,
    at: event.timeNano,
    name: attributes.name ?? '',
    ...(oldName !== undefined && { oldName }),
    image: attributes.image ?? '',
    labels: known ?? labelsIn(attributes, action),
    ...(exitCode !== undefined && { exitCode }),
    ...(signal !== undefined && { signal }),
    ...(action === 'health_status' && { health: healthOf(detail) }),
  };
}

/** A `create` carries nothing of its own but name and image, so all else in it is a label, whatever its key. */
function labelsIn(attributes: Readonly<Record<string, string>>, action: EventAction): Readonly<Record<string, string>> {
  const own = action === 'create' ? new Set(['name', 'image']) : EVENT_ATTRIBUTES;
  return Object.fromEntries(Object.entries(attributes).filter(([key]) => !own.has(key)));
}

/** A number that the event itself says: a label of the same key would have taken its place. */
function ownNumber(
  attributes: Readonly<Record<string, string>>,
  key: string,
  labels: Readonly<Record<string, string>> | undefined,
): number | undefined {
  const text = attributes[key];
  if (text === undefined || !/^\d{1,10}$/.test(text) || (labels && Object.hasOwn(labels, key))) return undefined;
  return Number(text);
}

function healthOf(word: string | undefined): Health {
  return word === 'healthy' || word === 'unhealthy' || word === 'starting' ? word : 'none';
}

interface Asked {
  readonly order: number;
  readonly asOf: EngineNano;
  readonly clockMoved?: boolean;
}

export function observeInspect(container: ContainerInspect, asked: Asked): InspectObservation {
  const { Config, HostConfig } = container;
  return {
    kind: 'inspect',
    id: container.Id,
    ...asked,
    name: container.Name.replace(/^\//, ''),
    image: Config.Image,
    labels: Config.Labels,
    run: runFacts(container.State),
    details: {
      asOf: asked.asOf,
      createdAt: container.Created,
      hostname: Config.Hostname,
      user: Config.User,
      command: Config.Cmd ?? [],
      workingDirectory: Config.WorkingDir,
      restartPolicy: HostConfig.RestartPolicy.Name,
      restartCount: container.RestartCount,
      autoRemove: HostConfig.AutoRemove,
      tty: Config.Tty,
      pid: container.State.Pid,
    },
  };
}

/** The state of an inspect as facts about its run. */
export function runFacts(state: ContainerState): RunFacts {
  const startedAt = knownTimestamp(state.StartedAt);
  const finishedAt = knownTimestamp(state.FinishedAt);
  const phase = phaseOf(state);
  return {
    phase,
    ...(phase === 'unknown' && state.Status !== '' && { word: state.Status }),
    paused: state.Status === 'paused' || (state.Status === '' && state.Paused),
    exitCode: state.ExitCode,
    error: state.Error,
    oomKilled: state.OOMKilled,
    health: healthOf(state.Health?.Status),
    ...(startedAt !== undefined && { startedAt }),
    ...(finishedAt !== undefined && { finishedAt }),
  };
}

const PHASES: Readonly<Record<string, RunPhase>> = {
  created: 'created',
  running: 'running',
  paused: 'running',
  restarting: 'restarting',
  exited: 'ended',
  removing: 'ended',
  dead: 'ended',
};

/** Docker's word, or the flags where it is missing; the precedence of the flags is the engine's. @source moby daemon/container/state.go */
function phaseOf(state: ContainerState): RunPhase {
  if (state.Status !== '') {
    // A container that is removed before it ever ran has ended without having run.
    return PHASES[state.Status] ?? 'unknown';
  }
  if (state.Paused) return 'running';
  if (state.Restarting) return 'restarting';
  if (state.Running) return 'running';
  return state.OOMKilled || state.Dead ? 'ended' : 'unknown';
}

/** A row of the list; its `Status` text is the only carrier of an exit code there. @source engine-facts 4.3 */
export function observeRow(row: ContainerSummary, asked: Asked): ListedObservation {
  const code = /^Exited \((\d{1,10})\)/.exec(row.Status)?.[1];
  return {
    kind: 'listed',
    id: row.Id,
    order: asked.order,
    asOf: asked.asOf,
    name: row.Names[0]?.replace(/^\//, '') ?? '',
    image: row.Image,
    labels: row.Labels,
    phase: PHASES[row.State] ?? 'unknown',
    ...(code !== undefined && { exitCode: Number(code) }),
  };
}

/** Whether the job's first process is stopped; `undefined` where `top` does not show it. @source engine-facts 3.8 */
export function observeTop(id: string, top: ContainerTop, pid: number, asOf: EngineNano): TopObservation | undefined {
  const pidColumn = top.Titles.indexOf('PID');
  const statColumn = top.Titles.indexOf('STAT');
  const row = top.Processes.find((process) => process[pidColumn] === String(pid));
  const stat = row?.[statColumn];
  return stat === undefined ? undefined : { kind: 'top', id, asOf, stopped: /^[Tt]/.test(stat) };
}
