import type { Container } from './container.js';
import type { EngineModel } from './engine-model.js';
import { createExec, runExec } from './exec.js';

const DEFAULT_RETRIES = 3;

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
