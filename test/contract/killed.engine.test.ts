import { afterAll, beforeAll, describe, vi } from 'vitest';
import type { PrivateEngine, PrivateEngineOptions } from '../../setup/private-engine.mjs';
import { PRIVATE_ENGINES, privateEngine, WHERE_PRIVATE } from '../real-engine/private-engines.js';
import { killContract } from './kill-contract.js';

vi.setConfig({ testTimeout: 90_000, hookTimeout: 180_000 });

/** The Debian release whose engine is meant; without it, this system's. */
const release = process.env.DOCKER_TRACKER_CONTRACT_RELEASE;

// A daemon of its own, since it is killed.
describe.runIf(PRIVATE_ENGINES)(`contract: real engine that is killed${WHERE_PRIVATE}`, () => {
  let daemon: PrivateEngine;
  beforeAll(async () => {
    daemon = await privateEngine({
      name: 'contract-killed',
      ...(release !== undefined && { release: JSON.parse(release) as NonNullable<PrivateEngineOptions['release']> }),
    });
  });
  afterAll(async () => {
    await daemon.release();
  });
  killContract(() => {
    const { host, pid } = daemon;
    return {
      host,
      kill: () => {
        // At once; what `kill` does besides takes too long to come before the save.
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
        return daemon.kill();
      },
      start: () => daemon.start(),
      close: () => daemon.release(),
    };
  });
});
