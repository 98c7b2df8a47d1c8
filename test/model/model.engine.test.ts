import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { sequences } from './operation.js';
import { violations } from './sequence.js';

const SEQUENCES = Number(process.env.DOCKER_TRACKER_SEQUENCES ?? 20);
const SEED = process.env.DOCKER_TRACKER_SEED === undefined ? undefined : Number(process.env.DOCKER_TRACKER_SEED);
/** A run of some hundred takes half an hour: it says how far it is. */
const TOLD_EVERY = 20;

describe('the tracker on an engine that others use as well, through connections that break', () => {
  let daemon: PrivateEngine;
  // An engine of its own: it remembers 256 events, and what falls into a gap must be among them to be told.
  beforeAll(async () => {
    if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'model' });
  });
  afterAll(async () => {
    if (PRIVATE_ENGINES) await daemon.release();
  });

  it.runIf(PRIVATE_ENGINES)(
    `says after any sequence of operations what the engine says, and each ending once${WHERE_PRIVATE}`,
    { timeout: SEQUENCES * 30_000 },
    async () => {
      let done = 0;
      const start = performance.now();
      const holds = fc.asyncProperty(sequences, async (sequence) => {
        expect(await violations(daemon.host, sequence)).toEqual([]);
        done += 1;
        if (done % TOLD_EVERY === 0) tell(done, performance.now() - start);
      });
      await fc.assert(holds, { numRuns: SEQUENCES, endOnFailure: true, ...(SEED !== undefined && { seed: SEED }) });
      expect(done).toBeGreaterThanOrEqual(SEQUENCES);
    },
  );
});

function tell(done: number, ms: number): void {
  const told = `${String(done)} of ${String(SEQUENCES)} sequences, 0 violations`;
  process.stdout.write(`${told}, ${(ms / 1000).toFixed(0)} s\n`);
}
