import type { Container } from './container.js';
import { checkName } from './create-container.js';
import { EngineFailure } from './engine-failure.js';
import type { EngineModel } from './engine-model.js';

/** `POST …/rename`: compares no old name. The event is made under the lock and carries the old one with its slash. */
export function renameContainer(model: EngineModel, container: Container, asked: string): Promise<void> {
  return container.lock.run(async () => {
    if (asked === '') throw new EngineFailure(400, 'Neither old nor new names may be empty');
    const name = asked.replace(/^\//, '');
    if (name === container.name)
      throw new EngineFailure(400, 'Renaming a container with the same name as its current name');
    checkName(asked);
    try {
      model.containers.claimName(name, container.id);
    } catch (error) {
      if (!(error instanceof EngineFailure)) throw error;
      throw new EngineFailure(error.status, `Error when allocating new name: ${error.message}`);
    }
    const oldName = `/${container.name}`;
    model.containers.releaseName(container.name, container.id);
    container.name = name;
    container.save();
    await model.publishContainer(container, 'rename', { oldName });
  });
}
