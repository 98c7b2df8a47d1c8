import { describe, vi } from 'vitest';
import { engineContract } from './engine-contract.js';

// A real engine under load may take its time; one that does not do what Docker does is not waited for so long.
vi.setConfig({ testTimeout: Number(process.env.DOCKER_TRACKER_CONTRACT_TIMEOUT ?? 60_000) });

const host = process.env.DOCKER_HOST;

describe.skipIf(host === undefined)(
  `contract: real engine${host === undefined ? ' (skipped: no DOCKER_HOST)' : ''}`,
  () => {
    engineContract(() => ({ host: host ?? '', close: () => Promise.resolve() }));
  },
);
