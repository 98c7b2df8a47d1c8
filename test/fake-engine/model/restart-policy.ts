import type { Container } from './container.js';

const FIRST_BACK_OFF_MS = 100;
const LONGEST_BACK_OFF_MS = 60_000;
/** A run as long as this starts the back-off over. */
const CALM_RUN_MS = 10_000;

/** daemon/internal/restartmanager: an API signal cancels for good, `unless-stopped` also minds any manual stop. */
export function shouldRestart(container: Container, exitCode: number): boolean {
  if (container.restartCancelled) return false;
  const { Name: name, MaximumRetryCount: limit } = container.hostConfig.RestartPolicy;
  if (name === 'always') return true;
  if (name === 'unless-stopped') return !container.manuallyStopped;
  return name === 'on-failure' && exitCode !== 0 && (limit === 0 || container.restartCount < limit);
}

/** 100 ms, doubling to a minute. */
export function nextBackOffMs(lastMs: number, ranMs: number): number {
  if (lastMs === 0 || ranMs >= CALM_RUN_MS) return FIRST_BACK_OFF_MS;
  return Math.min(lastMs * 2, LONGEST_BACK_OFF_MS);
}

export function cancelRestart(container: Container): void {
  container.restartCancelled = true;
  container.cancelBackOff?.();
  container.cancelBackOff = undefined;
}
