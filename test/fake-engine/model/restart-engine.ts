import { endRun, restartByPolicy, startContainer } from './run-container.js';
import type { Container } from './container.js';
import { destroyContainer } from './destroy-container.js';
import type { EngineModel } from './engine-model.js';
import { SIGKILL, SIGTERM } from './signals.js';

export interface EngineStop {
  /** SIGKILL instead of a graceful end: nothing is told, containers go on, and an end that is not saved is forgotten. */
  readonly crash?: boolean;
  /**
   * The exit code of such an end once the engine is back: 0 where 20.10 had made containerd forget the container, too.
   *
   * @default 255
   */
  readonly forgottenExitCode?: 255 | 0;
}

/** What a graceful end does to the containers, unless live-restore keeps them (engine facts 3.9). */
export async function stopEngineContainers(model: EngineModel, { crash = false }: EngineStop): Promise<void> {
  if (crash) {
    model.life += 1;
    for (const container of model.containers.all()) forgetUnsavedEnd(container);
  } else if (!model.liveRestore) await Promise.all([...model.containers.all()].map((one) => shutDown(model, one)));
  model.isDown = true;
}

/** What happens before the API answers again. The ring is empty by then; these events are the first in it. */
export async function restoreEngineContainers(
  model: EngineModel,
  {
    crash = false,
    forgottenExitCode = 255,
    endedMeanwhile,
  }: EngineStop & { readonly endedMeanwhile: ReadonlyMap<string, EndedMeanwhile> },
): Promise<void> {
  model.isDown = false;
  const survivors = [...model.containers.all()].filter(({ running }) => running);
  for (const container of survivors) {
    const ended = endedMeanwhile.get(container.id);
    if (ended !== undefined) await restoreEnded(model, container, ended);
    else if (container.restarting) await restartByPolicy(model, container);
    else if (container.process === undefined)
      await restoreEnded(model, container, { exitCode: forgottenExitCode, finishedAt: model.clock.now() });
    else if (model.liveRestore) await restoreRunning(model, container);
    else if (crash) await shutDown(model, container);
  }
  if (!model.liveRestore) await startByPolicy(model, { crash });
}

export interface EndedMeanwhile {
  readonly exitCode: number;
  readonly finishedAt: bigint;
  /** What the `die` says that the engine tells of it when it is back; mostly there is none. */
  readonly lateDie?: number | undefined;
}

/** The process is gone, and whatever the engine had not written down of that. */
function forgetUnsavedEnd(container: Container): void {
  const saved = container.replica?.status;
  if (container.process === undefined && (saved === 'running' || saved === 'paused')) container.running = true;
}

/** Died while nobody looked: the code is known, but seldom a `die` sent; AutoRemove leaves a lone `destroy`. */
async function restoreEnded(model: EngineModel, container: Container, ended: EndedMeanwhile): Promise<void> {
  container.process = undefined;
  container.running = false;
  container.restarting = false;
  container.paused = false;
  container.pid = 0;
  container.exitCode = ended.exitCode;
  container.finishedAt = ended.finishedAt;
  container.output.end(() => model.clock.now());
  container.save();
  if (ended.lateDie !== undefined) await model.publishContainer(container, 'die', { exitCode: `${ended.lateDie}` });
  if (container.hostConfig.AutoRemove) await destroyContainer(model, container);
}

async function restoreRunning(model: EngineModel, container: Container): Promise<void> {
  if (!model.profile.liveRestoreRemoves || !container.hostConfig.AutoRemove) return;
  await model.publishContainer(container, 'kill', { signal: `${SIGKILL}` });
  await endRun(model, container, container.process, 128 + SIGKILL);
}

/** TERM, the whole timeout, KILL; here without the waiting. Signals of a shutdown do not count as a manual stop. */
async function shutDown(model: EngineModel, container: Container): Promise<void> {
  if (!container.running) return;
  if (container.restarting) {
    container.cancelBackOff?.();
    container.cancelBackOff = undefined;
    container.running = false;
    container.restarting = false;
    container.save();
    return;
  }
  const process = container.process;
  await model.publishContainer(container, 'kill', { signal: `${SIGTERM}` });
  if (container.paused) {
    container.paused = false;
    await model.publishContainer(container, 'unpause');
  }
  const trapped = process?.traps.get(SIGTERM);
  if (trapped === undefined) await model.publishContainer(container, 'kill', { signal: `${SIGKILL}` });
  const policy = container.hostConfig.RestartPolicy;
  container.restartCancelled = true;
  await endRun(model, container, process, trapped ?? 128 + SIGKILL);
  container.restartCancelled = false;
  if (container.removed) return;
  if (['always', 'unless-stopped'].includes(policy.Name)) container.startsWithEngine = true;
  await model.publishContainer(container, 'stop');
}

/** After a crash the clean-up counts as a manual stop, so `unless-stopped` stays down (measured on 29.1). */
async function startByPolicy(model: EngineModel, { crash }: { readonly crash: boolean }): Promise<void> {
  for (const container of [...model.containers.all()]) {
    if (!container.startsWithEngine) continue;
    container.startsWithEngine = false;
    if (crash && container.hostConfig.RestartPolicy.Name === 'unless-stopped') continue;
    await startContainer(model, container).catch(() => false);
  }
}
