import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { engineTime, type Engine } from '@docker-tracker/engine-client';
import { parseTimestamp, type EngineNano } from '../core/job/timestamp.js';
import { pause } from './cancellation.js';
import { isStreamAlive, ON_ITS_WAY_MS, type TriedStream } from './stream-trial.js';

export interface AuditedEngine {
  readonly engine: Pick<Engine, 'info' | 'watchEvents'>;
  /** Keys of labels that the stream is filtered by. */
  readonly labels: readonly string[];
}

export interface AuditPorts extends AuditedEngine, TriedStream {
  readonly engine: Pick<Engine, 'info' | 'watchEvents' | 'silenceMs' | 'containers'>;
  /** What the engine remembered before the stream was opened. */
  readonly before: EventMemory;
}

/**
 * A connection over a network may be dead without a word: then nothing comes, as from an engine where nothing happens. So
 * after each `silenceMs` of silence the engine's own memory of events is compared with what the stream has told.
 *
 * @returns never; rejects with DrmCommunication when the stream is dead, or may be since the engine does not answer. An engine that was
 * restarted, or does so much else that it has forgotten what there is to compare with, says neither: then the stream is tried.
 */
export async function auditSilence(ports: AuditPorts, life: AbortSignal): Promise<never> {
  const { engine, heard } = ports;
  let { before } = ports;
  let auditedMs = performance.now();
  for (;;) {
    const silentMs = performance.now() - Math.max(auditedMs, heard().atMs);
    if (silentMs < engine.silenceMs) {
      await pause(Math.ceil(engine.silenceMs - silentMs), life);
      continue;
    }
    const memory = await readMemory(ports, life);
    if (memory.youngestJob > heard().upTo) {
      await pause(ON_ITS_WAY_MS, life);
      if (memory.youngestJob > heard().upTo) throw dead('it did not tell what the engine remembers');
    } else if (!isContinued(before, memory) && !(await isStreamAlive(ports, life))) {
      throw dead('it did not tell what became of the jobs');
    }
    before = memory;
    auditedMs = performance.now();
  }
}

export interface EventMemory {
  /** When each event was. */
  readonly times: ReadonlySet<EngineNano>;
  readonly youngest: EngineNano;
  /** Of those that the stream tells as well. */
  readonly youngestJob: EngineNano;
}

/** Reads the engine's memory of events to its end. The calls' own timeouts find out an engine that answers nothing. */
export async function readMemory({ engine, labels }: AuditedEngine, signal: AbortSignal): Promise<EventMemory> {
  const { SystemTime } = await engine.info({ signal });
  const times = new Set<EngineNano>();
  let [youngest, youngestJob] = [0n, 0n];
  await engine.watchEvents({
    since: '0',
    until: engineTime(parseTimestamp(SystemTime) ?? 0n),
    signal,
    onEvent: ({ timeNano, type, attributes }) => {
      times.add(timeNano);
      youngest = later(youngest, timeNano);
      const isJob = type === 'container' && labels.every((key) => Object.hasOwn(attributes, key));
      if (isJob) youngestJob = later(youngestJob, timeNano);
    },
  });
  return { times, youngest, youngestJob };
}

/** Whether all that came after `before` is in `now`: the engine forgets the oldest first, and all when it is restarted. */
function isContinued(before: EventMemory, now: EventMemory): boolean {
  return before.times.size === 0 ? now.times.size === 0 : now.times.has(before.youngest);
}

function later(one: EngineNano, other: EngineNano): EngineNano {
  return one > other ? one : other;
}

function dead(why: string): Drmaa2Error {
  return new Drmaa2Error('DrmCommunication', `the event stream was silent, and ${why}`);
}
