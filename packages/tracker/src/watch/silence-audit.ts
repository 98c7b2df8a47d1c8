import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { engineTime, type Engine } from '@docker-tracker/engine-client';
import { parseTimestamp, type EngineNano } from '../core/job/timestamp.js';
import { pause } from './cancellation.js';

/** How far a stream has told, and when, by `performance.now()`, that was. */
export interface Heard {
  readonly upTo: EngineNano;
  readonly atMs: number;
}

export interface AuditedEngine {
  readonly engine: Pick<Engine, 'info' | 'watchEvents' | 'silenceMs'>;
  /** Keys of labels that the stream is filtered by. */
  readonly labels: readonly string[];
}

export interface AuditPorts extends AuditedEngine {
  readonly heard: () => Heard;
  /** What the engine remembered before the stream was opened. */
  readonly before: EventMemory;
}

/** What the engine remembers has long been sent; on its way it takes no longer than that. */
const ON_ITS_WAY_MS = 1_000;
/** The engine's memory: with fewer events it reaches back to the engine's start. @source engine-facts 1.4 */
const MEMORY_SIZE = 256;

/**
 * A connection over a network may be dead without a word: then nothing comes, as from an engine where nothing happens. So
 * after each `silenceMs` of silence the engine's own memory of events is compared with what the stream has told.
 *
 * @returns never; rejects with DrmCommunication when the stream is dead, or may be: the engine does not answer, was
 * restarted, or has forgotten what the stream would have to be compared with.
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
    if (hasGap(before, memory)) throw dead('it may have missed what the engine has forgotten');
    if (memory.youngestJob > heard().upTo) {
      await pause(ON_ITS_WAY_MS, life);
      if (memory.youngestJob > heard().upTo) throw dead('it did not tell what the engine remembers');
    }
    before = memory;
    auditedMs = performance.now();
  }
}

export interface EventMemory {
  readonly count: number;
  readonly oldest: EngineNano;
  readonly youngest: EngineNano;
  /** Of those that the stream tells as well. */
  readonly youngestJob: EngineNano;
}

/** Reads the engine's memory of events to its end. The calls' own timeouts find out an engine that answers nothing. */
export async function readMemory({ engine, labels }: AuditedEngine, signal: AbortSignal): Promise<EventMemory> {
  const { SystemTime } = await engine.info({ signal });
  let memory: EventMemory = { count: 0, oldest: 0n, youngest: 0n, youngestJob: 0n };
  await engine.watchEvents({
    since: '0',
    until: engineTime(parseTimestamp(SystemTime) ?? 0n),
    signal,
    onEvent: ({ timeNano, type, attributes }) => {
      const isJob = type === 'container' && labels.every((key) => Object.hasOwn(attributes, key));
      memory = {
        count: memory.count + 1,
        oldest: memory.count === 0 ? timeNano : earlier(memory.oldest, timeNano),
        youngest: later(memory.youngest, timeNano),
        youngestJob: isJob ? later(memory.youngestJob, timeNano) : memory.youngestJob,
      };
    },
  });
  return memory;
}

function hasGap(before: EventMemory, now: EventMemory): boolean {
  if (now.count < MEMORY_SIZE) return before.count > 0 && before.oldest !== now.oldest;
  return now.oldest > before.youngest;
}

function earlier(one: EngineNano, other: EngineNano): EngineNano {
  return one < other ? one : other;
}

function later(one: EngineNano, other: EngineNano): EngineNano {
  return one > other ? one : other;
}

function dead(why: string): Drmaa2Error {
  return new Drmaa2Error('DrmCommunication', `the event stream was silent, and ${why}`);
}
