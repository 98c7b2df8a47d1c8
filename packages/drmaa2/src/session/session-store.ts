/** What is remembered of a job session. Its jobs are not: the DRMS has them. */
export interface StoredSession {
  readonly name: string;
  readonly contact: string;
}

/**
 * Where the names of job sessions outlive a SessionManager. `add` and `remove` decide races: of many that add one name at the same
 * time, also in several processes, one gets true. A failure may be any error; the manager tells it as SessionManagement.
 */
export interface SessionStore {
  /** In any order. */
  list(): Promise<readonly StoredSession[]>;
  find(name: string): Promise<StoredSession | undefined>;
  /** False: the name is taken, nothing was changed. */
  add(session: StoredSession): Promise<boolean>;
  /** False: there is no such name. */
  remove(name: string): Promise<boolean>;
}

/** Remembers for as long as it lives. */
export class MemorySessionStore implements SessionStore {
  readonly #sessions = new Map<string, StoredSession>();

  list(): Promise<readonly StoredSession[]> {
    return Promise.resolve([...this.#sessions.values()]);
  }

  find(name: string): Promise<StoredSession | undefined> {
    return Promise.resolve(this.#sessions.get(name));
  }

  add({ name, contact }: StoredSession): Promise<boolean> {
    if (this.#sessions.has(name)) return Promise.resolve(false);
    this.#sessions.set(name, { name, contact });
    return Promise.resolve(true);
  }

  remove(name: string): Promise<boolean> {
    return Promise.resolve(this.#sessions.delete(name));
  }
}
