import type { SystemInfo } from '@docker-tracker/engine-client';
import { parseTimestamp, type EngineNano } from '../core/job/timestamp.js';

/** How far the engine's clock is from ours, measured with each sync. @source GET /info SystemTime */
export class EngineClock {
  #offsetMs = 0;

  /** Takes a measurement: `sentMs` and `receivedMs` are our clock around the request. Returns the engine's time in the answer. */
  measure(info: Pick<SystemInfo, 'SystemTime'>, sentMs: number, receivedMs: number): EngineNano {
    const told = parseTimestamp(info.SystemTime);
    if (told === undefined) {
      this.#offsetMs = 0;
      return BigInt(Math.trunc(receivedMs)) * 1_000_000n;
    }
    const toldMs = Number(told / 1_000n) / 1000;
    // Within the round trip the clocks cannot be told apart: on one host they are the same.
    const inside = toldMs >= sentMs - 2 && toldMs <= receivedMs + 2;
    this.#offsetMs = inside ? 0 : toldMs - (sentMs + receivedMs) / 2;
    return told;
  }

  /** The engine's time at our time `ourMs`. */
  at(ourMs: number): EngineNano {
    return BigInt(Math.round((ourMs + this.#offsetMs) * 1000)) * 1000n;
  }

  /** How late an event stamped `at` arrives when it is read at our time `ourMs`. */
  lateMs(at: EngineNano, ourMs: number): number {
    return ourMs + this.#offsetMs - Number(at / 1000n) / 1000;
  }
}
