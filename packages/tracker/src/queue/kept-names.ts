import { EngineHttpError } from '@docker-tracker/engine-client';
import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import type { EventObservation } from '../core/job/observation.js';
import { countedStep, dispatchState, isSlotName } from '../core/job/dispatch-name.js';
import { isOver } from '../core/job/run-end.js';
import type { JobWatch } from '../watch/job-watch.js';
import { withOwnEvent } from '../watch/own-event.js';

/**
 * The names of steps that were made here. One that somebody puts another name over, in a way that does not count, is restored:
 * a place in the queue until its job has started, a slot until its task has ended.
 */
export class KeptNames {
  readonly #watch: JobWatch;
  readonly #names = new Map<string, string>();
  readonly #busy = new Map<string, Promise<unknown>>();
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

  /**
   * One rename of a job at a time, with what is to be restored restored before: a name that is restored late would be put
   * over the step that came after it.
   */
  async alone<Value>(id: string, work: () => Promise<Value>): Promise<Value> {
    const before = this.#busy.get(id) ?? Promise.resolve();
    const turn = before.then(async () => {
      await this.#restore(id);
      return work();
    });
    const over = turn.then(
      () => undefined,
      () => undefined,
    );
    this.#busy.set(id, over);
    void over.then(() => {
      if (this.#busy.get(id) !== over) return;
      this.#busy.delete(id);
      const record = this.#watch.records.get(id);
      if (record) this.#look(record);
    });
    return turn;
  }

  #look(record: JobRecord): void {
    const { id } = record;
    if (!this.#isWrong(record) || this.#busy.has(id)) return;
    void this.alone(id, () => Promise.resolve());
  }

  /** Whether another name than the one that is kept has to go; what is over need not be kept any longer. */
  #isWrong(record: JobRecord): boolean {
    const { id, dispatch, name } = record;
    const kept = this.#names.get(id);
    if (kept === undefined) return false;
    const isSettled = isSlotName(kept) ? isOver(record) : record.run.phase !== 'created';
    if (!record.removed && !isSettled && countedStep(dispatch).name === kept) return name.value !== kept;
    this.#names.delete(id);
    return false;
  }

  async #restore(id: string): Promise<void> {
    const record = this.#watch.records.get(id);
    const kept = this.#names.get(id);
    if (!record || kept === undefined || !this.#isWrong(record)) return;
    const isOwn = ({ action, name }: EventObservation): boolean => action === 'rename' && name === kept;
    // The wrong name says where to find it, unless it could be the beginning of somebody's id.
    const address = dispatchState(record.name.value) === 'immediate' ? id : record.name.value;
    await withOwnEvent(this.#watch, id, { isOwn, read: () => undefined, signal: undefined }, async () => {
      try {
        await this.#watch.engine.containers.rename(address, { name: kept });
        return undefined;
      } catch (error) {
        // 404: it has yet another name by now. Else: what cannot be restored is a leftover, and judged as one later.
        if (!(error instanceof EngineHttpError && error.status === 404)) this.#names.delete(id);
        else await this.#watch.ask(id).catch(() => undefined);
        return 'not restored' as const;
      }
    });
  }
}
