import type { EngineNano } from '../core/job/timestamp.js';

/** How far the engine has told, by its own clock and in order of receipt. */
export class EngineProgress {
  #order = 0;
  #highest: EngineNano = 0n;
  #lastEvent: EngineNano = 0n;
  #isClockSetBack = false;

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

  synced(): void {
    this.#isClockSetBack = false;
  }

  /** An answer that was asked for before the clock was set back is as of the time that it shows now. */
  reachable(asOf: EngineNano): EngineNano {
    return asOf < this.#highest ? asOf : this.#highest;
  }

  /** Where an answer stands that was asked for as of then. */
  asked(asOf: EngineNano): { order: number; asOf: EngineNano; clockMoved?: boolean } {
    const order = this.nextOrder();
    return { order, asOf: this.reachable(asOf), ...(this.#isClockSetBack && { clockMoved: true }) };
  }
}
