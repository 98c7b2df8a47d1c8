import type { Container } from './container.js';
import { EngineFailure } from './engine-failure.js';
import type { EngineModel } from './engine-model.js';
import { thaw } from './signal-container.js';

/** `POST …/pause`: the event comes first, the replica follows (daemon/pause.go), so the list lags here on every engine. */
export function pauseContainer(model: EngineModel, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (!container.running) throw new EngineFailure(409, model.messages.notRunning(container.id));
    if (container.paused) throw new EngineFailure(409, model.messages.alreadyPaused(container.id));
    if (container.restarting) throw new EngineFailure(409, model.messages.isRestarting(container.id));
    container.paused = true;
    await model.publishContainer(container, 'pause');
    await model.saveLate(container);
  });
}

/** `POST …/unpause`: not paused is a 500. */
export function unpauseContainer(model: EngineModel, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (!container.paused) throw new EngineFailure(500, model.messages.notPaused(container.id));
    await thaw(model, container);
  });
}
