import { hostname, release } from 'node:os';
import { Drmaa2Error, type Freshness } from '@docker-tracker/tracker';
import type { SystemInfo } from '@docker-tracker/engine-client';
import { BehaviorSubject, firstValueFrom } from 'rxjs';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { EngineMachine, type MachineSource } from './engine-machine.js';

/** An engine on this host, so that it has a load, whose first answers fail. */
class ModelEngine implements MachineSource {
  readonly freshness$ = new BehaviorSubject<Freshness>('live');
  failures = 0;
  asked = 0;

  engineInfo(): Promise<SystemInfo> {
    this.asked += 1;
    if (this.asked <= this.failures) return Promise.reject(new Drmaa2Error('Internal', 'info: out of order'));
    return Promise.resolve(INFO);
  }
}

const INFO = {
  ID: 'model',
  Name: hostname(),
  NCPU: 2,
  MemTotal: 2 ** 31,
  OSType: 'linux',
  Architecture: 'x86_64',
  KernelVersion: release(),
} as SystemInfo;

describe('machine$', () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'setInterval', 'clearInterval'] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it('goes on with the next answer after one that failed, while the view is live', async () => {
    const engine = new ModelEngine();
    engine.failures = 2;
    const machine = firstValueFrom(new EngineMachine(engine).machine$);
    await vi.advanceTimersByTimeAsync(60_000);
    expect(await machine).toMatchObject({ name: hostname(), available: true });
    expect(engine.asked).toBe(3);
  });

  it('does not ask an engine that went away', async () => {
    const engine = new ModelEngine();
    engine.failures = Number.POSITIVE_INFINITY;
    const following = new EngineMachine(engine).machine$.subscribe();
    await vi.advanceTimersByTimeAsync(0);
    engine.freshness$.next('stale');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(engine.asked).toBe(1);
    following.unsubscribe();
    expect(vi.getTimerCount()).toBe(0);
  });

  it.each([0, 1])(
    'completes when the view is closed, after %i failed answers, and leaves no timer',
    async (failures) => {
      const engine = new ModelEngine();
      engine.failures = failures;
      let completed = false;
      const { machine$ } = new EngineMachine(engine);
      machine$.subscribe({ complete: () => (completed = true) });
      await (failures > 0 ? vi.advanceTimersByTimeAsync(0) : firstValueFrom(machine$));
      engine.freshness$.next('closed');
      expect(completed).toBe(true);
      expect(vi.getTimerCount()).toBe(0);
    },
  );
});
