import type { EngineName } from '../engine-profile.js';
import type { Container } from './container.js';
import { EngineFailure } from './engine-failure.js';
import { nameTaken, noSuchContainer } from './engine-messages.js';

/** Containers by id, and the names they hold. */
export class ContainerStore {
  readonly #byId = new Map<string, Container>();
  readonly #idByName = new Map<string, string>();
  readonly #engine: EngineName;

  constructor(engine: EngineName) {
    this.#engine = engine;
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Oldest first. */
  all(): IterableIterator<Container> {
    return this.#byId.values();
  }

  add(container: Container): void {
    this.#byId.set(container.id, container);
  }

  remove(container: Container): void {
    this.#byId.delete(container.id);
    this.releaseName(container.name, container.id);
  }

  /** Names are unique on an engine: the second to ask gets 409. */
  claimName(name: string, id: string): void {
    const owner = this.#idByName.get(name);
    if (owner !== undefined) throw new EngineFailure(409, nameTaken(name, owner));
    this.#idByName.set(name, id);
  }

  releaseName(name: string, id: string): void {
    if (this.#idByName.get(name) === id) this.#idByName.delete(name);
  }

  has(name: string): boolean {
    return this.#idByName.has(name);
  }

  /** By full id, name or unique id prefix. */
  find(reference: string): Container {
    const bare = reference.replace(/^\//, '');
    const exact = this.#byId.get(reference) ?? this.#byId.get(this.#idByName.get(bare) ?? '');
    if (exact !== undefined) return exact;
    const prefixed = reference === '' ? [] : [...this.#byId.values()].filter(({ id }) => id.startsWith(reference));
    const [first, second] = prefixed;
    if (first === undefined) throw new EngineFailure(404, noSuchContainer(reference));
    if (second !== undefined)
      throw new EngineFailure(
        this.#engine === '20.10' ? 500 : 400,
        `multiple IDs found with provided prefix: ${reference}`,
      );
    return first;
  }
}
