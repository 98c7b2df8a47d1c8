import { describe, expect, it } from 'vitest';
import { ENDS, exiting, inParallel, Rig } from './rig.js';

describe('exit codes', () => {
  it('F16: rm loses no exit code: 0 to 125, in 100 rounds', { timeout: 300_000 }, async () => {
    await using rig = await Rig.open({ engine: (process.env.ENG ?? "20.10") as "20.10", replicaLagMs: 0 });
    const rounds = Number(process.env['ROUNDS'] ?? 10);
    const codes = Array.from({ length: 126 * rounds }, (_, index) => index % 126);
    const rm = { extensionList: { rm: 'true' } };
    const t0 = performance.now();
    const told = await inParallel(codes, Number(process.env.PAR ?? 16), async (code) => {
      const { ended } = await rig.tracker.run(exiting(code, rm));
      return (await ended).exitStatus;
    });
    console.log(performance.now() - t0, rig.fake.requests.length);
    expect(told).toEqual(codes);
    rig.ledger.expectUnbroken();
  });
});
