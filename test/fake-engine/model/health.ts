import type { Container } from './container.js';
import { asRecord } from './create-container.js';
import type { EngineModel } from './engine-model.js';
import { createExec, runExec } from './exec.js';

const DEFAULT_RETRIES = 3;
const NS_PER_MS = 1_000_000;

/** Probes a run as often as its job asks for; one that leaves the interval open is probed by the test. */
export function probeRegularly(model: EngineModel, container: Container): void {
  const { Interval: interval, Test: test } = asRecord(container.config.Healthcheck);
  if (!model.probesHealth || typeof interval !== 'number' || !Array.isArray(test)) return;
  const run = container.process;
  const words = test.slice(1).map(String);
  const again = (): void => {
    model.clock.after(interval / NS_PER_MS, () => {
      if (container.process !== run || container.paused) return;
      void probe(model, container, words[0] !== 'false').then(again, () => undefined);
    });
  };
  again();
}

/** One health probe: three exec events, and `health_status` only when the verdict changes. */
export async function probe(model: EngineModel, container: Container, isGood: boolean): Promise<void> {
  const exec = await createExec(model, container, { words: [isGood ? 'true' : 'false'], tty: false });
  await runExec(model, exec);
  const { health } = container;
  if (health === undefined) return;
  health.failingStreak = isGood ? 0 : health.failingStreak + 1;
  if (isGood) await setHealth(model, container, 'healthy');
  else if (health.failingStreak >= DEFAULT_RETRIES) await setHealth(model, container, 'unhealthy');
}

export async function setHealth(
  model: EngineModel,
  container: Container,
  status: 'healthy' | 'unhealthy',
): Promise<void> {
  container.health ??= { status: 'starting', failingStreak: 0 };
  if (container.health.status === status) return;
  container.health.status = status;
  container.save();
  await model.publishContainer(container, `health_status: ${status}`);
}
