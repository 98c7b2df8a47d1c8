import { vi } from 'vitest';

// A test starts up to a dozen processes, each of which has a limit of its own: this one says that something hangs.
vi.setConfig({ testTimeout: 240_000 });
