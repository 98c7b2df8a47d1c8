import { Drmaa2Error } from '../drmaa2-error.js';
import type { JobTracker } from '../job-tracker.js';

/** What a session and its jobs share: the tracker, until the session is closed. */
export class OpenSession {
  readonly sessionName: string;
  readonly #tracker: JobTracker;
  #closed: string | undefined;

  constructor(sessionName: string, tracker: JobTracker) {
    this.sessionName = sessionName;
    this.#tracker = tracker;
  }

  /** @throws {Drmaa2Error} InvalidSession */
  tracker(): JobTracker {
    if (this.#closed === undefined) return this.#tracker;
    throw new Drmaa2Error('InvalidSession', `job session ${JSON.stringify(this.sessionName)} ${this.#closed}`);
  }

  /** Resolves when the tracker is closed; what waits meanwhile is rejected by it. */
  async end(closed: 'is closed: open it again' | 'was destroyed: create it anew'): Promise<void> {
    const tracker = this.tracker();
    this.#closed = closed;
    await tracker.close();
  }
}
