import type { FakeEngine } from '../fake-engine/index.js';

/** What happened to each container of a fake engine, from its own events, whoever receives them. */
export class EngineHistory {
  readonly created: string[] = [];
  readonly destroyed: string[] = [];
  readonly #starts = new Map<string, number>();
  readonly #waiting = new Map<string, () => void>();

  constructor(fake: FakeEngine) {
    fake.model.bus.listen(({ action, actorId }) => {
      if (action === 'create') this.created.push(actorId);
      if (action === 'start') this.#starts.set(actorId, this.starts(actorId) + 1);
      if (action !== 'destroy') return;
      this.destroyed.push(actorId);
      this.#waiting.get(actorId)?.();
    });
  }

  starts(id: string): number {
    return this.#starts.get(id) ?? 0;
  }

  isDestroyed(id: string): Promise<void> {
    if (this.destroyed.includes(id)) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.set(id, resolve));
  }
}
