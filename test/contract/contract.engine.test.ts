import { describe, vi } from 'vitest';
import { engineContract } from './engine-contract.js';

// a real engine under load may take its time
vi.setConfig({ testTimeout: 60_000 });

const host = process.env.DOCKER_HOST;

describe.skipIf(host === undefined)(
  `contract: real engine${host === undefined ? ' (skipped: no DOCKER_HOST)' : ''}`,
  () => {
    engineContract(() => ({ host: host ?? '', close: () => Promise.resolve() }));
  },
);
