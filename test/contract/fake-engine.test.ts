import { afterAll, beforeAll, describe } from 'vitest';
import { FakeEngine, type EngineName } from '../fake-engine/index.js';
import { engineContract } from './engine-contract.js';
import { killContract, type KillableEngine } from './kill-contract.js';

describe.each(['20.10', '26.1', '29.1'] satisfies EngineName[])('contract: fake engine %s', (engine) => {
  let fake: FakeEngine | undefined;
  beforeAll(async () => {
    fake = await FakeEngine.start({ engine });
  });
  afterAll(async () => {
    await fake?.close();
  });
  engineContract(() => {
    if (fake === undefined) throw new Error('the fake engine did not start');
    return fake;
  });

  describe('killed', () => {
    killContract(() => {
      if (fake === undefined) throw new Error('the fake engine did not start');
      return killable(fake);
    });
  });
});

/** Of what it saves after it told, it does not come to save anything before it is killed. */
function killable(fake: FakeEngine): KillableEngine {
  const saves = fake.holdReplica();
  return {
    host: fake.host,
    kill: async () => {
      await fake.stop({ crash: true });
      saves.release();
    },
    start: () => fake.resume({ crash: true }),
    close: () => fake.close(),
  };
}
