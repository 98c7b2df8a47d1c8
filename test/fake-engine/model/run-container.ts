import type { Container, ContainerProcess } from './container.js';
import { destroyContainer } from './destroy-container.js';
import { EngineFailure } from './engine-failure.js';
import { turn, type EngineModel, type StartFailure } from './engine-model.js';
import { probeRegularly } from './health.js';
import { readProgram, type Program } from './program.js';
import { cancelRestart, nextBackOffMs, shouldRestart } from './restart-policy.js';

/** `POST …/start`. False when it runs (or waits for its restart) already: 304. */
export async function startContainer(model: EngineModel, container: Container): Promise<boolean> {
  const failure = await container.lock.run(async () => {
    if (container.paused) throw new EngineFailure(409, 'cannot start a paused container, try unpause instead');
    if (container.running) return 'running';
    if (container.removalInProgress || container.dead)
      throw new EngineFailure(409, 'container is marked for removal and cannot be started');
    container.manuallyStopped = false;
    container.restartCancelled = false;
    container.restartCount = 0;
    container.backOffMs = 0;
    return launch(model, container);
  });
  if (failure === 'running') return false;
  if (failure === undefined) return true;
  if (container.hostConfig.AutoRemove) await destroyContainer(model, container);
  throw new EngineFailure(failure.status, failure.message);
}

/** The first process of this run ended. Runs the engine's exit handler; settles after `die`. */
export async function endRun(
  model: EngineModel,
  container: Container,
  process: ContainerProcess | undefined,
  exitCode: number,
): Promise<void> {
  const isFinal = await container.lock.run(async () => {
    if (process === undefined || container.process !== process) return false;
    container.process = undefined;
    container.output.end(() => model.clock.now());
    const restarts = shouldRestart(container, exitCode);
    const ranMs = Number(model.clock.now() - container.startedAt) / 1e6;
    const { life } = model;
    const exit: Exit = {
      stop: () => {
        markStopped(model, container, exitCode, restarts);
      },
      attributes: {
        exitCode: `${exitCode}`,
        ...(model.profile.execDuration ? { execDuration: `${Math.max(0, Math.floor(ranMs / 1000))}` } : {}),
      },
      isKilled: () => model.life !== life,
    };
    await (model.profile.waitersBeforeDie
      ? exitRecently(model, container, exit)
      : exitFormerly(model, container, exit));
    if (exit.isKilled()) return false;
    if (restarts) scheduleRestart(model, container, ranMs);
    return !restarts;
  });
  if (isFinal && container.hostConfig.AutoRemove && !container.removalInProgress) {
    container.removalInProgress = true;
    await destroyContainer(model, container);
  }
}

/** The restart that a policy promised. Without back-off under way nothing happens. */
export async function restartByPolicy(model: EngineModel, container: Container): Promise<void> {
  await container.lock.run(async () => {
    if (!container.restarting) return;
    container.cancelBackOff?.();
    container.cancelBackOff = undefined;
    const failure = await launch(model, container);
    if (failure === undefined) return;
    // a policy restart that fails ends the container without any event
    container.running = false;
    container.restarting = false;
    container.save();
    container.waiters.stopped({ exitCode: container.exitCode, error: container.error });
  });
}

/** Ends a back-off for good: no event tells of it. */
export function endBackOff(container: Container): void {
  cancelRestart(container);
  container.restarting = false;
  container.running = false;
  container.save();
  container.waiters.stopped({ exitCode: container.exitCode, error: '' });
}

/** Under the lock. Undefined: it runs. */
async function launch(model: EngineModel, container: Container): Promise<StartFailure | undefined> {
  const program = readProgram({
    words: [...container.config.Entrypoint, ...container.config.Cmd],
    environment: container.config.Env,
    commands: model.commands,
    hasMemoryLimit: container.hostConfig.Memory > 0,
  });
  const failure = takeFailure(model, container, program);
  if (failure !== undefined) {
    if (model.profile.failedStartConnects) await model.publishNetwork(container, 'connect');
    container.error = failure.message;
    if (container.startedAt === 0n || container.exitCode === 0) container.exitCode = failure.exitCode;
    container.save();
    await model.publishNetwork(container, 'disconnect');
    return failure;
  }
  await model.publishNetwork(container, 'connect');
  const process: ContainerProcess = {
    traps: program.kind === 'runs' ? program.traps : new Map<number, number>(),
    stopped: false,
    pending: [],
    onInput: readsInput(model, container, program, (code) => void endRun(model, container, process, code)),
  };
  container.process = process;
  container.pid = model.nextPid();
  container.startedAt = model.clock.now();
  container.running = true;
  container.restarting = false;
  container.exitCode = 0;
  container.error = '';
  container.oomKilled = false;
  const probe = container.config.Healthcheck;
  if (probe !== undefined && probe !== null) container.health = { status: 'starting', failingStreak: 0 };
  container.save();
  await model.publishContainer(container, 'start');
  probeRegularly(model, container);
  setImmediate(() => void play(model, container, process, program));
  return undefined;
}

async function play(
  model: EngineModel,
  container: Container,
  process: ContainerProcess,
  program: Program,
): Promise<void> {
  if (container.process !== process || program.kind === 'fails') return;
  if (program.kind === 'reads') {
    if (!container.config.OpenStdin) process.onInput(undefined);
    return;
  }
  for (const { stream, text } of program.output) {
    const ttyText = container.config.Tty ? text.replaceAll('\n', '\r\n') : text;
    container.output.write(container.config.Tty ? 'stdout' : stream, Buffer.from(ttyText), () => model.clock.now());
  }
  if (program.kind === 'ends') await endRun(model, container, process, program.exitCode);
  if (program.kind === 'oom') {
    container.oomKilled = true;
    await model.publishContainer(container, 'oom');
    await endRun(model, container, process, 137);
  }
}

function readsInput(
  model: EngineModel,
  container: Container,
  program: Program,
  end: (exitCode: number) => void,
): ContainerProcess['onInput'] {
  if (program.kind !== 'reads') return () => undefined;
  let count = 0;
  const write = (chunk: Buffer): void => {
    container.output.write('stdout', chunk, () => model.clock.now());
  };
  return (chunk) => {
    count += chunk?.length ?? 0;
    if (chunk !== undefined) {
      if (program.answer === 'copy') write(chunk);
      return;
    }
    if (program.answer === 'count') write(Buffer.from(`${count}\n`));
    end(0);
  };
}

function takeFailure(model: EngineModel, container: Container, program: Program): StartFailure | undefined {
  const ordered = model.startFailures.get(container.id);
  model.startFailures.delete(container.id);
  if (ordered !== undefined || program.kind !== 'fails') return ordered;
  return { status: 400, exitCode: program.exitCode, message: model.messages.failedTask(program.reason) };
}

interface Exit {
  readonly stop: () => void;
  readonly attributes: Readonly<Record<string, string>>;
  /** The engine got SIGKILL since: what it had not done yet, it does no more. */
  readonly isKilled: () => boolean;
}

/** Since 23.0: waiters are woken first, so that `wait` answers and `stop` come before `die`; it is saved before it is told. */
async function exitRecently(model: EngineModel, container: Container, exit: Exit): Promise<void> {
  exit.stop();
  await model.publishNetwork(container, 'disconnect');
  await turn();
  if (exit.isKilled()) return;
  container.save();
  await model.publishContainer(container, 'die', exit.attributes);
}

/** Up to 20.10: `die`, then the save that the list reads and a killed engine has lost, then the waiters. */
async function exitFormerly(model: EngineModel, container: Container, exit: Exit): Promise<void> {
  await model.publishContainer(container, 'die', exit.attributes);
  if (exit.isKilled()) return;
  await model.publishNetwork(container, 'disconnect');
  await model.saveLate(container);
  if (exit.isKilled()) return;
  exit.stop();
  container.save();
}

function markStopped(model: EngineModel, container: Container, exitCode: number, restarts: boolean): void {
  container.finishedAt = model.clock.now();
  container.exitCode = exitCode;
  container.pid = 0;
  container.paused = false;
  container.running = restarts;
  container.restarting = restarts;
  if (restarts) container.restartCount += 1;
  container.waiters.stopped({ exitCode, error: '' });
}

function scheduleRestart(model: EngineModel, container: Container, ranMs: number): void {
  container.backOffMs = nextBackOffMs(container.backOffMs, ranMs);
  container.cancelBackOff = model.clock.after(container.backOffMs, () => {
    if (!model.isDown) void restartByPolicy(model, container);
  });
}
