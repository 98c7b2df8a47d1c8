import { afterAll, beforeAll, describe } from 'vitest';
import { FakeEngine } from '../fake-engine/index.js';
import { forgery } from './forgery.js';
import { isolation } from './isolation.js';
import { monitorIsolation } from './monitor-isolation.js';

describe('security: fake engine', () => {
  let fake: FakeEngine | undefined;
  const host = (): string => fake?.host ?? '';
  beforeAll(async () => {
    fake = await FakeEngine.start();
  });
  afterAll(async () => {
    await fake?.close();
  });
  describe('isolation', () => {
    isolation(host);
    monitorIsolation(host);
  });
  describe('forgery', () => {
    forgery(host);
  });
});
