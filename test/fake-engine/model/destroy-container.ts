import type { Container } from './container.js';
import type { EngineModel } from './engine-model.js';

/** Forgets a stopped container: gone from the list and its name free before `destroy` is logged (daemon/delete.go). */
export function destroyContainer(model: EngineModel, container: Container): Promise<void> {
  return container.lock.run(async () => {
    if (container.removed) return;
    model.containers.remove(container);
    container.removed = true;
    container.replica = undefined;
    container.output.detachAll();
    container.waiters.removed({ exitCode: container.exitCode, error: container.error });
    await model.publishContainer(container, 'destroy');
  });
}
