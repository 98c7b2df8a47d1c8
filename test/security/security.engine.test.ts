import { describe } from 'vitest';
import { engineHost } from '../real-engine/rig.js';
import { forgery } from './forgery.js';
import { isolation } from './isolation.js';
import { monitorIsolation } from './monitor-isolation.js';

describe('security: real engine', () => {
  describe('isolation', () => {
    isolation(engineHost);
    monitorIsolation(engineHost);
  });
  describe('forgery', () => {
    forgery(engineHost);
  });
});
