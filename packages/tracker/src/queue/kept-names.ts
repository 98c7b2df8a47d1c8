import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import type { JobWatch } from '../watch/job-watch.js';

/** Restores the names of steps that were made here, when somebody renames the job in a way that does not count. */
export class KeptNames {
  readonly #watch: JobWatch;
  readonly #names = new Map<string, string>();
  readonly #restoring = new Set<string>();
  readonly #updates: Subscription;

  constructor(watch: JobWatch) {
    this.#watch = watch;
    this.#updates = watch.updates$.subscribe(({ record }) => {
      this.#look(record);
    });
  }

  keep(id: string, name: string): void {
    this.#names.set(id, name);
    const record = this.#watch.records.get(id);
    if (record) this.#look(record);
  }

  close(): void {
    this.#updates.unsubscribe();
    this.#names.clear();
  }

  #look(record: JobRecord): void {
    const { id, dispatch } = record;
    const kept = this.#names.get(id);
    if (kept === undefined) return;
    if (record.removed || record.run.phase !== 'created' || (dispatch.before ?? dispatch).name !== kept) {
      this.#names.delete(id);
    } else if (record.name.value !== kept && !this.#restoring.has(id)) {
      void this.#restore(id, kept);
    }
  }

  async #restore(id: string, name: string): Promise<void> {
    this.#restoring.add(id);
    // What fails here is a leftover, and judged as one later.
    await this.#watch.engine.containers.rename(id, { name }).catch(() => undefined);
    this.#restoring.delete(id);
  }
}
