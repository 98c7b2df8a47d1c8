import { describe, expect, it } from 'vitest';
import type { EngineName } from '../fake-engine/index.js';
import { exiting, inParallel, Rig } from './rig.js';

/** Every code from 0 to 125 in each round; 100 rounds in all take two minutes: `PEERS_ROUNDS=100`. */
const ROUNDS = Number(process.env.PEERS_ROUNDS ?? 9);
const ENGINES: readonly EngineName[] = ['20.10', '26.1', '29.1'];

describe('exit codes of removed jobs', () => {
  it.each(ENGINES)('F16: rm loses no exit code from 0 to 125 on %s', { timeout: 600_000 }, async (engine) => {
    await using rig = await Rig.open({ engine });
    const codes = Array.from({ length: 126 * Math.ceil(ROUNDS / ENGINES.length) }, (_, index) => index % 126);
    const told = await inParallel(codes, 24, async (code) => {
      const job = await rig.tracker.run(exiting(code, { extensionList: { rm: 'true' } }));
      return [job.id, (await job.ended).exitStatus] as const;
    });
    expect(told.map(([, code]) => code)).toEqual(codes);
    rig.ledger.expectEndings(new Map(told.map(([id], index) => [id, codes[index] ?? Number.NaN])));
  });
});
