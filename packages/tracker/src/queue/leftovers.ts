import type { Subscription } from 'rxjs';
import { isSlotName, LEFTOVER_NANO } from '../core/job/dispatch-name.js';
import type { JobRecord } from '../core/job/job-record.js';
import { parseTimestamp, type EngineNano } from '../core/job/timestamp.js';
import { ARRAY_KEY_LABEL, INPUT_LABEL } from '../core/label/label-names.js';
import { placeOf } from '../core/queue/place.js';
import { templateOf } from '../session/job-template.js';
import { backoff } from '../watch/backoff.js';
import { followSession } from '../watch/follow-session.js';
import { LONGEST_TIMER_MS } from '../watch/job-timers.js';
import { freshName, makeStep, type QueueContext } from './queue-step.js';
import { startClaimed } from './start-claimed.js';

/**
 * Judges what a tracker left that is gone, once its newest part is 60 s old by the engine's clock: an array of which something was
 * put into the queue is put there as a whole, one of which nothing was is removed; a claim without a start is started; a job that was to
 * start at once and did not is removed, since nobody was ever told of it; so is neither whose files may still be on their way into it.
 *
 * It does not run a job twice unless two starts of one leftover overlap within milliseconds.
 */
export class Leftovers {
  readonly #context: QueueContext;
  readonly #closed: AbortSignal;
  /** Created containers of the session that are in nobody's hands, as far as their names say. */
  readonly #unfinished = new Map<string, JobRecord>();
  readonly #judging = new Set<string>();
  readonly #following: Subscription;
  #timer: NodeJS.Timeout | undefined;
  #again: NodeJS.Timeout | undefined;
  #failures = 0;

  /** To be made when the view is complete. */
  constructor(context: QueueContext, session: string, closed: AbortSignal) {
    this.#context = context;
    this.#closed = closed;
    this.#following = followSession(context.watch, session, {
      see: (record) => {
        this.#see(record);
      },
      forget: (id) => {
        this.#unfinished.delete(id);
      },
      live: () => {
        this.#arm();
      },
    });
  }

  close(): void {
    this.#following.unsubscribe();
    clearTimeout(this.#timer);
    clearTimeout(this.#again);
    this.#timer = undefined;
  }

  #see(record: JobRecord): void {
    const place = placeOf(record);
    if (place === 'new' || place === 'claimed' || place === 'immediate') {
      this.#unfinished.set(record.id, record);
      if (this.#timer === undefined) this.#arm();
    } else {
      this.#unfinished.delete(record.id);
    }
  }

  /** One timer, for the group that is due first; none while nothing is unfinished. */
  #arm(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const { watch } = this.#context;
    if (this.#closed.aborted || watch.freshness !== 'live') return;
    const now = watch.engineNow;
    let next: EngineNano | undefined;
    for (const group of this.#groups()) {
      const due = group.reduce((youngest, record) => later(youngest, ageOf(record)), 0n) + LEFTOVER_NANO;
      if (due <= now) this.#judge(group);
      else if (next === undefined || due < next) next = due;
    }
    if (next === undefined) return;
    this.#timer = setTimeout(
      () => {
        this.#arm();
      },
      Math.min(Number((next - now) / 1_000_000n) + 1, LONGEST_TIMER_MS),
    );
  }

  /** The tasks of an array that is being created belong together, every other container is by itself. */
  #groups(): readonly (readonly JobRecord[])[] {
    const groups = new Map<string, JobRecord[]>();
    for (const record of this.#unfinished.values()) {
      if (this.#judging.has(record.id)) continue;
      const key = (placeOf(record) === 'new' ? record.labels[ARRAY_KEY_LABEL] : undefined) ?? record.id;
      const group = groups.get(key) ?? [];
      group.push(record);
      groups.set(key, group);
    }
    return [...groups.values()];
  }

  #judge(group: readonly JobRecord[]): void {
    const isCommitted = this.#isCommitted(group[0]);
    for (const record of group) {
      const { id } = record;
      this.#judging.add(id);
      void this.#finish(record, isCommitted)
        .then(
          () => (this.#failures = 0),
          () => {
            this.#judgeAgain();
          },
        )
        .finally(() => this.#judging.delete(id));
    }
  }

  /** The engine did not answer; where it is out of reach, the next sync is the time. */
  #judgeAgain(): void {
    if (this.#closed.aborted || this.#again !== undefined) return;
    this.#failures += 1;
    this.#again = setTimeout(() => {
      this.#again = undefined;
      this.#arm();
    }, backoff(this.#failures));
  }

  #isCommitted(record: JobRecord | undefined): boolean {
    const arrayKey = record?.labels[ARRAY_KEY_LABEL];
    if (arrayKey === undefined) return false;
    for (const other of this.#context.watch.records.values()) {
      if (other.labels[ARRAY_KEY_LABEL] === arrayKey && placeOf(other) !== 'new') return true;
    }
    return false;
  }

  async #finish(record: JobRecord, isCommitted: boolean): Promise<void> {
    const { watch } = this.#context;
    const { id } = record;
    const place = placeOf(record);
    if (place === 'new' && isCommitted) {
      await makeStep(this.#context, id, freshName(record, 'queued'), this.#closed);
    } else if (place === 'claimed') {
      // Its standard input went with the process that had it. @source docs/decisions/033
      if (record.labels[INPUT_LABEL] !== undefined) {
        await makeStep(this.#context, id, freshName(record, 'cancelled'), this.#closed);
      } else {
        await this.#startAgain(record);
      }
    } else if (!takesLong(record)) {
      // Looked at once more: only what has never run is nobody's.
      const now = await watch.ask(id, this.#closed);
      if (now && placeOf(now) === place) await watch.engine.containers.remove(id, { v: true, signal: this.#closed });
    }
  }

  /** A claim goes back into the queue, under a name that the old claimant does not know; a slot cannot, so its task is started in it. */
  async #startAgain(record: JobRecord): Promise<void> {
    const { watch } = this.#context;
    const { id, dispatch, name } = record;
    if (!isSlotName(dispatch.name) || name.value !== dispatch.name) {
      await makeStep(this.#context, id, freshName(record, 'queued-back'), this.#closed);
      return;
    }
    const now = await watch.ask(id, this.#closed);
    if (now && placeOf(now) === 'claimed') await startClaimed(watch, id, dispatch.name, this.#closed);
  }
}

/** Files are copied into it before it starts, and nobody but the copying process knows how far that is. */
function takesLong(record: JobRecord): boolean {
  return Object.values(templateOf(record)?.stageInFiles ?? {}).some((path) => path.startsWith('copy:'));
}

/** When it was made, or went its last step: at a reopen that is not known, so it counts from there. */
function ageOf({ details, dispatch }: JobRecord): EngineNano {
  return later(parseTimestamp(details?.createdAt) ?? 0n, dispatch.at);
}

function later(one: EngineNano, other: EngineNano): EngineNano {
  return one > other ? one : other;
}
