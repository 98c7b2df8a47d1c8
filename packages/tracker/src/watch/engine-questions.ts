import { EngineHttpError, EngineTimeoutError, type ContainerInspect, type Engine } from '@docker-tracker/engine-client';
import type { TopObservation } from '../core/job/observation.js';
import { observeTop } from '../core/job/observe.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { backoff } from './backoff.js';
import { pause } from './cancellation.js';
import { InspectQueue } from './inspect-queue.js';

/** An inspect takes the engine about a millisecond; eight at once keep it busy without taking it over. */
const PARALLEL_INSPECTS = 8;
/** Containers hang in groups: those that may not answer do not take the places of the others. */
const PARALLEL_INSPECTS_IN_DOUBT = 2;
/** A `top` costs 11 to 15 ms and a slot of the engine's 256 events. */
const PARALLEL_TOPS = 4;
/** A connection that breaks is no answer. */
const TOP_TRIES = 3;

/** Where the answers go, and what they include. */
export interface AnswerPorts {
  /** The youngest event received so far: an answer to what is asked now includes it. */
  asOf(): EngineNano;
  /** Process id of the job's first process; 0 where it is not known. */
  pid(id: string): number;
  inspected(container: ContainerInspect, asOf: EngineNano): void;
  topped(observation: TopObservation): void;
}

/** What the engine is asked about single jobs: coalesced per job, bounded in parallel. */
export class EngineQuestions {
  readonly #engine: Engine;
  readonly #ports: AnswerPorts;
  readonly #stop: AbortSignal;
  readonly #inspects = new InspectQueue((id) => this.#inspect(id), PARALLEL_INSPECTS);
  readonly #inspectsInDoubt = new InspectQueue((id) => this.#inspect(id), PARALLEL_INSPECTS_IN_DOUBT);
  readonly #tops = new InspectQueue((id) => this.#top(id), PARALLEL_TOPS);
  /** With what an answer would have included. */
  readonly #unanswered = new Map<string, EngineNano>();

  constructor(engine: Engine, ports: AnswerPorts, stop: AbortSignal) {
    this.#engine = engine;
    this.#ports = ports;
    this.#stop = stop;
  }

  /** Resolves when an inspect that was sent after this call is folded, or the engine does not know the container. */
  inspect(id: string, signal?: AbortSignal): Promise<void> {
    return this.#inspects.request(id, signal);
  }

  /** As {@link inspect}, of a job for which the engine did not answer last, in a line of its own. */
  inspectInDoubt(id: string): Promise<void> {
    return this.#inspectsInDoubt.request(id);
  }

  /** Resolves when `top` has told whether the first process is stopped, or could not. Never rejects. */
  top(id: string): Promise<void> {
    return this.#tops.request(id);
  }

  /** As {@link top}, content with one that is under way. */
  joinTop(id: string): Promise<void> {
    return this.#tops.join(id);
  }

  /** Whether the engine could not be asked for this job's processes (no `ps` on its host) after what is known of its stop signals. */
  topUnknown(id: string, knownAt: EngineNano): boolean {
    return (this.#unanswered.get(id) ?? -1n) >= knownAt;
  }

  forget(id: string): void {
    this.#unanswered.delete(id);
  }

  async #inspect(id: string): Promise<void> {
    const asOf = this.#ports.asOf();
    try {
      this.#ports.inspected(await this.#engine.containers.inspect(id, { signal: this.#stop }), asOf);
    } catch (error) {
      // Gone: its `destroy` is on its way, or the next list does not show it.
      if (error instanceof EngineHttpError && error.status === 404) return;
      throw error;
    }
  }

  async #top(id: string): Promise<void> {
    const asOf = this.#ports.asOf();
    for (let failures = 1; failures <= TOP_TRIES; failures += 1) {
      try {
        const top = await this.#engine.containers.top(id, { psArgs: '-o pid,stat', signal: this.#stop });
        const observation = observeTop(id, top, this.#ports.pid(id), asOf);
        if (observation) this.#ports.topped(observation);
        this.#unanswered.delete(id);
        return;
      } catch (error) {
        const status = error instanceof EngineHttpError ? error.status : undefined;
        // Not there, or not running any more.
        if (status === 404 || status === 409) return;
        // The engine's host has no usable `ps`, or the container hangs.
        if (status === 500 || error instanceof EngineTimeoutError) break;
      }
      if (failures < TOP_TRIES) await pause(backoff(failures), this.#stop).catch(() => undefined);
    }
    // What is not known stays so, and JobInfo says it.
    this.#unanswered.set(id, asOf);
  }
}
