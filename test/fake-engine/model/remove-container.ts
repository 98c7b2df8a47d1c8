import type { Container } from './container.js';
import { destroyContainer } from './destroy-container.js';
import { EngineFailure } from './engine-failure.js';
import type { EngineModel } from './engine-model.js';
import { endBackOff } from './run-container.js';
import { killContainer } from './signal-container.js';

/** `DELETE …`: with force a running container is killed first; of several at once, one works and the rest get 409. */
export async function removeContainer(model: EngineModel, container: Container, force: boolean): Promise<void> {
  if (container.removalInProgress)
    throw new EngineFailure(409, `removal of container ${container.id} is already in progress`);
  if (container.running && !force)
    throw new EngineFailure(409, model.messages.cannotRemove(container, container.status));
  container.removalInProgress = true;
  if (container.restarting) {
    await container.lock.run(() => {
      if (container.restarting) endBackOff(container);
    });
  }
  if (container.running) await killContainer(model, container, 'KILL').catch(ignoreStopped);
  await destroyContainer(model, container);
}

/** It ended by itself in between: just as good. */
function ignoreStopped(error: unknown): void {
  if (!(error instanceof EngineFailure)) throw error;
}
