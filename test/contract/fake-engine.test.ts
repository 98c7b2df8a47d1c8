import { afterAll, beforeAll, describe } from 'vitest';
import { FakeEngine, type EngineName } from '../fake-engine/index.js';
import { engineContract } from './engine-contract.js';

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
});
