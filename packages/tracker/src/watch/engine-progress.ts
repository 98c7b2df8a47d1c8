import type { EngineNano } from '../core/job/timestamp.js';

/** How far the engine has told, by its own clock and in order of receipt. */
export class EngineProgress {
  #order = 0;
  #highest: EngineNano = 0n;
  #lastEvent: EngineNano = 0n;
  #isClockSetBack = false;
  /** Jobs for which the engine had no answer in the sync after the clock was set back: their clocks do not count either. */
  readonly #notAnswered = new Set<string>();

  /** What is asked from now on includes every event up to here. */
  get highest(): EngineNano {
    return this.#highest;
  }

  get lastEvent(): EngineNano {
    return this.#lastEvent;
  }

  /** Until the next sync is done, no clock of a record counts. */
  get isClockSetBack(): boolean {
    return this.#isClockSetBack;
  }

  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  /** An event of that time was received. */
  heard(at: EngineNano): void {
    this.reached(at);
    if (at > this.#lastEvent) this.#lastEvent = at;
  }

  /** The engine's clock has reached `now`: an answer to what is asked from here on includes all events before it. */
  reached(now: EngineNano): void {
    if (now > this.#highest) this.#highest = now;
  }

  /** The engine's clock was set back to `now`. */
  setBack(now: EngineNano): void {
    this.#highest = now;
    this.#lastEvent = 0n;
    this.#isClockSetBack = true;
  }

  /** A sync is done, in which the engine had no answer for these jobs. */
  synced(notAnswered: readonly string[]): void {
    if (this.#isClockSetBack) for (const id of notAnswered) this.#notAnswered.add(id);
    this.#isClockSetBack = false;
  }

  /** Whether the clocks of this job's record do not count. */
  isSetBackFor(id: string): boolean {
    return this.#isClockSetBack || this.#notAnswered.has(id);
  }

  forget(id: string): void {
    this.#notAnswered.delete(id);
  }

  /** An answer that was asked for before the clock was set back is as of the time that it shows now. */
  reachable(asOf: EngineNano): EngineNano {
    return asOf < this.#highest ? asOf : this.#highest;
  }

  /** Where an answer about a job stands that was asked for as of then. */
  answered(id: string, asOf: EngineNano): { order: number; asOf: EngineNano; clockMoved?: boolean } {
    const clockMoved = this.isSetBackFor(id);
    this.#notAnswered.delete(id);
    return { order: this.nextOrder(), asOf: this.reachable(asOf), ...(clockMoved && { clockMoved }) };
  }
}
