import { EngineTimeoutError } from '@docker-tracker/engine-client';
import { backoff } from './backoff.js';
import { isOver, linkedSignal, pause } from './cancellation.js';

/** After so many a job is in doubt: with the pauses between them they take about a second. */
const TRIES = 5;

export interface OpenQuestionPorts {
  /** Resolves when an inspect that was sent after this call is folded. */
  inspect(id: string): Promise<void>;
  /** The same of a job that is in doubt. */
  inspectInDoubt(id: string): Promise<void>;
  /** Whether anybody looks at the job. */
  isKnown(id: string): boolean;
  isInDoubt(id: string): boolean;
  /** The engine does not answer for this job: whoever looks at it is to know. */
  doubt(id: string): void;
}

interface Repetition {
  /** The job is known, or in doubt. */
  readonly settled: Promise<void>;
  readonly answered: AbortController;
}

/**
 * Jobs whose inspect failed. Each is asked about again by itself, while the event stream lives, until it is known: one
 * container for which the engine has no answer neither holds the others up nor is it forgotten.
 */
export class OpenQuestions {
  readonly #ports: OpenQuestionPorts;
  readonly #failed = new Set<string>();
  readonly #settling = new Set<Promise<void>>();
  readonly #repetitions = new Map<string, Repetition>();
  #life: AbortSignal | undefined;

  constructor(ports: OpenQuestionPorts) {
    this.#ports = ports;
  }

  /** Whether the last inspect of the job failed. */
  has(id: string): boolean {
    return this.#failed.has(id);
  }

  /** From now on what fails is asked again, until `life` aborts. */
  connect(life: AbortSignal): void {
    this.#life = life;
    // Those of the life before are over, or about to be.
    this.#repetitions.clear();
  }

  /**
   * Asks, and resolves when an inspect that was sent after this call is folded, or the job is in doubt. Nobody waits for one
   * that is in doubt already. Never rejects: without a stream it is left to the next sync.
   */
  async settle(id: string): Promise<void> {
    const settling = this.#settle(id);
    this.#settling.add(settling);
    await settling;
    this.#settling.delete(settling);
  }

  /** Resolves when all that was asked by now is settled. */
  async settled(): Promise<void> {
    await Promise.all(this.#settling);
  }

  forget(id: string): void {
    this.#failed.delete(id);
    this.#repetitions.get(id)?.answered.abort();
    this.#repetitions.delete(id);
  }

  async #settle(id: string): Promise<void> {
    const asked = this.#inspect(id).catch((error: unknown) => this.#repeat(id, error));
    if (!this.#ports.isInDoubt(id)) await asked;
  }

  async #inspect(id: string): Promise<void> {
    const ports = this.#ports;
    try {
      await (ports.isInDoubt(id) ? ports.inspectInDoubt(id) : ports.inspect(id));
      this.forget(id);
    } catch (error) {
      if (ports.isKnown(id)) this.#failed.add(id);
      throw error;
    }
  }

  #repeat(id: string, error: unknown): Promise<void> {
    const underWay = this.#repetitions.get(id);
    if (underWay) return underWay.settled;
    const life = this.#life;
    if (!life || life.aborted || !this.#ports.isKnown(id)) return Promise.resolve();
    const answered = new AbortController();
    const settled = new Promise<void>((resolve) => {
      const { signal, end } = linkedSignal(life, answered.signal);
      // It has had its time: the others are not to wait for as much again.
      const failures = error instanceof EngineTimeoutError ? TRIES : 1;
      void this.#askAgain(id, failures, signal, resolve).finally(() => {
        end();
        resolve();
        if (this.#repetitions.get(id)?.answered === answered) this.#repetitions.delete(id);
      });
    });
    this.#repetitions.set(id, { settled, answered });
    return settled;
  }

  async #askAgain(id: string, failed: number, signal: AbortSignal, settled: () => void): Promise<void> {
    for (let failures = failed; !signal.aborted; failures += 1) {
      if (failures >= TRIES) {
        if (!this.#ports.isInDoubt(id)) this.#ports.doubt(id);
        settled();
      }
      try {
        await pause(backoff(failures), signal);
        await this.#inspect(id);
      } catch (error) {
        // Another question was answered meanwhile, and this one was not.
        if (isOver(signal) && this.#failed.has(id)) void this.#repeat(id, error);
      }
    }
  }
}
