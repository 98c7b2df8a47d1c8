import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PrivateEngine } from '../../setup/private-engine.mjs';
import { TransitionLog } from './convergence.js';
import { freshnessIs, said } from './onlooker.js';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from './private-engines.js';
import { Rig } from './rig.js';

const EXIT_CODES = [11, 12, 13, 14, 15, 16, 17, 18];

let daemon: PrivateEngine;
beforeAll(async () => {
  if (PRIVATE_ENGINES) daemon = await privateEngine({ name: 'forgotten' });
});
afterAll(async () => {
  if (PRIVATE_ENGINES) await daemon.release();
});

it.runIf(PRIVATE_ENGINES)(
  `an end that the engine told of and then forgot, since it was killed, is told once, as it was${WHERE_PRIVATE}`,
  async () => {
    await using rig = await Rig.open({ host: daemon.host });
    const log = new TransitionLog(rig.tracker);
    const ids = await Promise.all(EXIT_CODES.map((code) => rig.waiter(code)));
    await Promise.all(ids.map((id) => said(rig.tracker, id, 'ready')));
    const processes = await Promise.all(ids.map(async (id) => (await rig.inspect(id)).State.Pid));
    const { pid = 0 } = daemon;
    const stale = freshnessIs(rig.tracker, 'stale');
    const killed = rig.events.seen({ action: 'die' }).then(() => process.kill(pid, 'SIGKILL'));
    for (const one of processes) process.kill(one, 'SIGUSR1');
    await killed;
    await daemon.kill();
    await stale;
    const heard = new Set(ids.filter((id) => log.endings(id).length > 0));
    await daemon.start();

    await Promise.all(ids.map((id) => rig.tracker.wait(id, ['Done', 'Failed'])));
    await freshnessIs(rig.tracker, 'live');
    // Asked again, the engine says what it has.
    const ended = await Promise.all(ids.map((id) => rig.tracker.jobInfo(id)));
    const recorded = await Promise.all(ids.map(async (id) => (await rig.inspect(id)).State.ExitCode));
    expect(ids.map((id) => log.endings(id).length)).toEqual(ids.map(() => 1));
    expect(log.breaks()).toEqual([]);
    for (const [index, id] of ids.entries()) {
      const [told, meant, record] = [ended[index]?.exitStatus, EXIT_CODES[index], recorded[index]];
      // Of what was not heard of, or not to its end, the engine's record may be all there is.
      if (heard.has(id)) expect(told).toBe(meant);
      else expect([meant, record]).toContain(told);
    }
    // Else the engine was not killed in time, and the test has shown nothing.
    expect(ids.some((id, index) => heard.has(id) && recorded[index] !== EXIT_CODES[index])).toBe(true);
  },
);
