import type { Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { baseName, leftoverAtOf, maxParallelOf, placeOf, slotName, slotOf, startTimeOf } from '../core/queue/place.js';
import { ARRAY_KEY_LABEL } from '../core/label/label-names.js';
import { isOver } from '../core/job/run-end.js';
import { followSession } from '../watch/follow-session.js';
import { JobTimers } from '../watch/job-timers.js';
import { freshName, makeStep, queueNonce, type QueueContext } from './queue-step.js';
import { inputOf } from './own-input.js';
import { startClaimed } from './start-claimed.js';
import { WaitingLine } from './waiting-line.js';

/** An engine starts about twice as many containers a second at 4 to 8 at once as one after the other, and no more beyond. */
export const PARALLEL_STARTS = 8;
/** Somebody's late step may come between, once for each tracker. */
const GIVE_BACK_TRIES = 10;
/** What the engine has refused a moment ago is asked for again after that. */
const PAUSE_MS = 1_000;
/** A claim and its start take some 50 ms. */
const CLOSE_LIMIT_MS = 5_000;

interface Slot {
  readonly arrayKey: string;
  readonly slot: number;
}

/** Starts the jobs of a session that wait in the queue as soon as they may. Any number of trackers may do so at once. */
export class Dispatcher {
  readonly #context: QueueContext;
  readonly #closed: AbortSignal;
  readonly #waiting = new WaitingLine();
  /** Who has which slot of an array, as the names on the engine say. */
  readonly #slots = new Map<string, Map<number, string>>();
  readonly #slotsOf = new Map<string, Slot>();
  readonly #claiming = new Set<string>();
  /** Ended tasks whose slot is given back here, until the view holds that. */
  readonly #freeing = new Set<string>();
  readonly #following: Subscription;
  readonly #leftAlone: JobTimers;
  readonly #claims = new AbortController();
  #work: Promise<unknown> = Promise.resolve();
  #turn: NodeJS.Immediate | undefined;
  /** Jobs that a step failed for: nothing is done to them until the pause is over. */
  readonly #failed = new Set<string>();
  #pause: NodeJS.Timeout | undefined;

  /** To be made when the view is complete. */
  constructor(context: QueueContext, session: string, closed: AbortSignal) {
    this.#context = context;
    this.#closed = closed;
    this.#following = followSession(context.watch, session, {
      see: (record) => {
        this.#see(record);
      },
      forget: (id) => {
        this.#forget(id);
      },
      live: () => {
        this.#soon();
      },
    });
    this.#leftAlone = new JobTimers(context.watch, session, {
      at: leftoverAtOf,
      come: () => {
        this.#soon();
        return undefined;
      },
    });
  }

  /** Jobs that are being claimed here go on to their start, unless the engine is out of reach: then they stay claimed. */
  async close(): Promise<void> {
    this.#following.unsubscribe();
    this.#leftAlone.close();
    clearImmediate(this.#turn);
    clearTimeout(this.#pause);
    const giveUp = (): void => {
      this.#claims.abort(new Error('the tracker was closed'));
    };
    if (this.#context.watch.freshness !== 'live') giveUp();
    const limit = setTimeout(giveUp, CLOSE_LIMIT_MS);
    await this.#work;
    clearTimeout(limit);
  }

  #see(record: JobRecord): void {
    const { id } = record;
    if (placeOf(record) === 'queued' && isDue(record)) this.#waiting.add(record);
    else this.#waiting.delete(id);
    // What is being claimed keeps the slot that it is to get.
    if (!this.#claiming.has(id)) this.#release(id);
    const taken = record.removed ? undefined : slotOf(record);
    if (taken) {
      this.#take(taken.arrayKey, taken.slot, id);
      if (isOver(record)) this.#free(record);
    } else {
      this.#freeing.delete(id);
    }
    this.#soon();
  }

  #forget(id: string): void {
    this.#waiting.delete(id);
    this.#freeing.delete(id);
    this.#release(id);
    this.#soon();
  }

  #take(arrayKey: string, slot: number, id: string): void {
    const slots = this.#slots.get(arrayKey) ?? new Map<number, string>();
    this.#slots.set(arrayKey, slots.set(slot, id));
    this.#slotsOf.set(id, { arrayKey, slot });
  }

  #release(id: string): void {
    const taken = this.#slotsOf.get(id);
    if (!taken) return;
    this.#slotsOf.delete(id);
    const slots = this.#slots.get(taken.arrayKey);
    if (slots?.get(taken.slot) === id) slots.delete(taken.slot);
    if (slots?.size === 0) this.#slots.delete(taken.arrayKey);
  }

  /**
   * An ended task gives its slot back by its name; every tracker that sees the end tries, and one is enough. Once it is done here it is
   * not done again, also while the view has yet to hold the new name: each rename would be one more event to wait for.
   */
  #free(record: JobRecord): void {
    const { id } = record;
    if (this.#freeing.has(id) || this.#context.watch.freshness !== 'live') return;
    this.#freeing.add(id);
    const name = `${baseName(record)}-${queueNonce()}`;
    const { containers } = this.#context.watch.engine;
    containers.rename(id, { name, signal: this.#closed }).catch(() => {
      this.#freeing.delete(id);
      this.#later();
    });
  }

  #soon(): void {
    if (this.#closed.aborted) return;
    this.#turn ??= setImmediate(() => {
      this.#turn = undefined;
      this.#dispatch();
    });
  }

  /** After a call that failed while the view is live: at once it would fail again. */
  #later(): void {
    if (this.#closed.aborted) return;
    this.#pause ??= setTimeout(() => {
      this.#pause = undefined;
      this.#failed.clear();
      this.#soon();
    }, PAUSE_MS);
  }

  #dispatch(): void {
    if (this.#context.watch.freshness !== 'live' || this.#waiting.size === 0) return;
    this.#freeLeft();
    const now = this.#context.watch.engineNow;
    for (const group of this.#waiting.groups()) {
      for (const record of group) {
        if (this.#claiming.size >= PARALLEL_STARTS) return;
        // One with another name than its own is claimed when it has that back, or nobody is left to give it back.
        if (this.#claiming.has(record.id) || this.#failed.has(record.id)) continue;
        if ((leftoverAtOf(record) ?? now) > now) continue;
        const slot = this.#freeSlot(record);
        // No other task of the array finds one either.
        if (slot === 'none') break;
        const input = inputOf(record, this.#context);
        if (input === 'here') this.#claim(record, slot);
        else if (input === 'lost') this.#workOn(record.id, this.#cancel(record));
      }
    }
  }

  /** Tasks that ended while the view was not live. */
  #freeLeft(): void {
    for (const id of this.#slotsOf.keys()) {
      const record = this.#context.watch.records.get(id);
      if (record && isOver(record)) this.#free(record);
    }
  }

  #claim(record: JobRecord, slot: Slot | undefined): void {
    const { id } = record;
    if (slot) this.#take(slot.arrayKey, slot.slot, id);
    this.#workOn(id, this.#claimAndStart(record));
  }

  /** Only this is done to the job here until it is over. */
  #workOn(id: string, step: Promise<unknown>): void {
    this.#claiming.add(id);
    const work = step
      // The engine is out of reach, or the tracker closes: a leftover is judged later.
      .catch(() => {
        this.#failed.add(id);
        this.#later();
      })
      .then(() => {
        this.#claiming.delete(id);
        const known = this.#context.watch.records.get(id);
        if (known) this.#see(known);
        this.#soon();
      });
    this.#work = Promise.all([this.#work, work]).then(() => undefined);
  }

  #cancel(record: JobRecord): Promise<unknown> {
    return makeStep(this.#context, record.id, freshName(record, 'cancelled'), this.#claims.signal);
  }

  /** `none`: the array runs as many tasks as it may; `undefined`: it may run any number. */
  #freeSlot(record: JobRecord): Slot | 'none' | undefined {
    const arrayKey = record.labels[ARRAY_KEY_LABEL];
    const most = maxParallelOf(record);
    if (arrayKey === undefined || most === 0) return undefined;
    const taken = this.#slots.get(arrayKey);
    for (let slot = 1; slot <= most; slot += 1) if (taken?.has(slot) !== true) return { arrayKey, slot };
    return 'none';
  }

  /** The claim is won by a name that nobody else can have; only then is a slot asked for, which the engine grants once. */
  async #claimAndStart(record: JobRecord): Promise<void> {
    const { watch } = this.#context;
    const { id } = record;
    const { signal } = this.#claims;
    const claim = freshName(record, 'claim');
    if ((await makeStep(this.#context, id, claim, signal)) !== 'counted') return;
    const name = maxParallelOf(record) === 0 ? claim : await this.#enterSlot(record, signal);
    if (name === undefined) return;
    const started = await startClaimed(watch, id, name, signal);
    const now = watch.records.get(id);
    // The engine refused without keeping why: nothing would ever start it.
    if (!started && now && placeOf(now) === 'claimed') {
      await makeStep(this.#context, id, freshName(now, 'cancelled'), signal);
    }
  }

  /** The name of the slot that the claimed task got; with none left it goes back into the queue. */
  async #enterSlot(record: JobRecord, signal: AbortSignal): Promise<string | undefined> {
    const { id } = record;
    const refused = new Set<number>();
    for (let slot = this.#slotsOf.get(id)?.slot; slot !== undefined; slot = this.#otherSlot(record, refused)) {
      const name = slotName(record.labels[ARRAY_KEY_LABEL] ?? '', slot);
      const result = await makeStep(this.#context, id, name, signal);
      if (result === 'counted') return name;
      const now = this.#context.watch.records.get(id);
      if (!now || placeOf(now) !== 'claimed') return undefined;
      if (result === 'taken') refused.add(slot);
    }
    await this.#giveBack(record, signal);
    return undefined;
  }

  /** A claim that finds no slot must not stay: nobody would look at it before it is a leftover. */
  async #giveBack(record: JobRecord, signal: AbortSignal): Promise<void> {
    const { id } = record;
    for (let tries = 1; tries <= GIVE_BACK_TRIES; tries += 1) {
      if ((await makeStep(this.#context, id, freshName(record, 'queued-back'), signal)) === 'counted') return;
      const now = this.#context.watch.records.get(id);
      if (!now || placeOf(now) !== 'claimed') return;
    }
  }

  #otherSlot(record: JobRecord, refused: ReadonlySet<number>): number | undefined {
    this.#release(record.id);
    const arrayKey = record.labels[ARRAY_KEY_LABEL] ?? '';
    const taken = this.#slots.get(arrayKey);
    for (let slot = 1; slot <= maxParallelOf(record); slot += 1) {
      if (taken?.has(slot) === true || refused.has(slot)) continue;
      this.#take(arrayKey, slot, record.id);
      return slot;
    }
    return undefined;
  }
}

/** Whether it waits for nothing but its turn. */
function isDue(record: JobRecord): boolean {
  return record.due === true || startTimeOf(record) === undefined;
}
