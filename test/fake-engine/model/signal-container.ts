import type { Container } from './container.js';
import { EngineFailure } from './engine-failure.js';
import type { EngineModel } from './engine-model.js';
import { exitCodeOnSignal } from './program.js';
import { cancelRestart } from './restart-policy.js';
import { endBackOff, endRun, startContainer } from './run-container.js';
import { LAST_SIGNAL, parseSignal, SIGCONT, SIGKILL, SIGSTOP, SIGTERM } from './signals.js';

const DEFAULT_STOP_TIMEOUT_SEC = 10;

/** `POST …/kill`. KILL waits for the exit, other signals answer at once. */
export async function killContainer(model: EngineModel, container: Container, signalText: string): Promise<void> {
  const signal = parseSignal(signalText === '' ? 'KILL' : signalText);
  if (signal === undefined) throw new EngineFailure(400, model.messages.badSignal(container.id, signalText));
  if (signal < 0 || signal > LAST_SIGNAL)
    throw new EngineFailure(model.profile.name === '20.10' ? 500 : 400, `Invalid signal: ${signalText}`);
  await sendSignal(model, container, signal);
  if (signal === SIGKILL) await untilStopped(container);
}

/** Delivers a signal as the API does: `kill` is logged, restarts are cancelled, a paused container may thaw. */
export async function sendSignal(model: EngineModel, container: Container, signal: number): Promise<void> {
  await container.lock.run(async () => {
    if (!container.running)
      throw new EngineFailure(409, model.messages.cannotKill(container.id, model.messages.notRunning(container.id)));
    container.manuallyStopped = true;
    const cancels = cancelsPolicy(container, signal);
    if (cancels) cancelRestart(container);
    if (container.restarting) {
      if (cancels) endBackOff(container);
      return;
    }
    const thaws = cancels && container.paused && signal !== SIGKILL;
    deliver(model, container, signal);
    await model.publishContainer(container, 'kill', { signal: `${signal}` });
    if (thaws) await thaw(model, container);
  });
}

/** `POST …/stop`. False when it was not running: 304. */
export async function stopContainer(model: EngineModel, container: Container, options: StopOptions): Promise<boolean> {
  if (!container.running) return false;
  if (container.restarting) {
    container.manuallyStopped = true;
    await container.lock.run(() => {
      endBackOff(container);
    });
  } else await bringDown(model, container, options);
  await model.publishContainer(container, 'stop');
  return true;
}

export interface StopOptions {
  readonly timeoutSec?: number | undefined;
  readonly signal?: string | undefined;
}

/** `POST …/restart`: an AutoRemove container survives it. */
export async function restartContainer(model: EngineModel, container: Container, options: StopOptions): Promise<void> {
  const { hostConfig } = container;
  container.hostConfig = { ...hostConfig, AutoRemove: false };
  try {
    await stopContainer(model, container, options);
    // the exit handler still holds the lock where `stop` comes before `die`
    await startContainer(model, container);
  } finally {
    container.hostConfig = hostConfig;
  }
  await model.publishContainer(container, 'restart');
}

/** Lets a frozen container go on; what was sent to it meanwhile arrives. */
export async function thaw(model: EngineModel, container: Container): Promise<void> {
  container.paused = false;
  await model.publishContainer(container, 'unpause');
  await model.saveLate(container);
  flush(model, container);
}

/** What a signal does to the process, wherever it came from. */
export function deliver(model: EngineModel, container: Container, signal: number): void {
  const { process } = container;
  if (process === undefined) return;
  if (signal === SIGSTOP) process.stopped = true;
  else if (signal === SIGKILL) void endRun(model, container, process, 128 + SIGKILL);
  else if (signal === SIGCONT) {
    process.stopped = false;
    flush(model, container);
  } else if (process.stopped || container.paused) process.pending.push(signal);
  else {
    const exitCode = exitCodeOnSignal(signal, process.traps, container.hostConfig.Init);
    if (exitCode !== undefined) void endRun(model, container, process, exitCode);
  }
}

async function bringDown(model: EngineModel, container: Container, options: StopOptions): Promise<void> {
  const stopped = container.waiters.add('not-running');
  const signal = parseSignal(options.signal ?? container.config.StopSignal) ?? SIGTERM;
  await sendSignal(model, container, signal);
  const timeoutSec = options.timeoutSec ?? container.config.StopTimeout ?? DEFAULT_STOP_TIMEOUT_SEC;
  let cancel = (): void => undefined;
  const expired = new Promise<'expired'>((resolve) => {
    if (timeoutSec >= 0)
      cancel = model.clock.after(timeoutSec * 1000, () => {
        resolve('expired');
      });
  });
  const first = await Promise.race([stopped.result, expired]);
  cancel();
  if (first === 'expired' && container.process !== undefined) await sendSignal(model, container, SIGKILL);
  await stopped.result;
}

function untilStopped(container: Container): Promise<unknown> {
  return container.running ? container.waiters.add('not-running').result : Promise.resolve();
}

function flush(model: EngineModel, container: Container): void {
  const { process } = container;
  if (process === undefined || process.stopped || container.paused) return;
  for (const signal of process.pending.splice(0)) deliver(model, container, signal);
}

/** Any signal cancels the policy, unless the container names a StopSignal and this is another one; KILL always does. */
function cancelsPolicy(container: Container, signal: number): boolean {
  const { StopSignal: own } = container.config;
  return own === '' || signal === SIGKILL || parseSignal(own) === signal;
}
