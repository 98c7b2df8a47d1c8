import { describe } from 'vitest';
import { commandContract } from './command-contract.js';
import type { EngineUnderTest } from './contract-rig.js';
import { eventContract } from './event-contract.js';
import { imageContract } from './image-contract.js';
import { lifecycleContract } from './lifecycle-contract.js';
import { signalContract } from './signal-contract.js';
import { statisticsContract } from './statistics-contract.js';
import { streamContract } from './stream-contract.js';
import { viewContract } from './view-contract.js';

/** One suite for fake and real engines alike: where they differ, the fake is wrong. */
export function engineContract(engine: () => EngineUnderTest): void {
  describe('lifecycle', () => {
    lifecycleContract(engine);
  });
  describe('signals', () => {
    signalContract(engine);
  });
  describe('events', () => {
    eventContract(engine);
  });
  describe('streams', () => {
    streamContract(engine);
  });
  describe('views', () => {
    viewContract(engine);
  });
  describe('commands', () => {
    commandContract(engine);
  });
  describe('images', () => {
    imageContract(engine);
  });
  describe('statistics', () => {
    statisticsContract(engine);
  });
}
