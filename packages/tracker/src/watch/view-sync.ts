import { engineTime, type EngineEvent } from '@docker-tracker/engine-client';
import { isInDoubt } from '../core/job/doubt.js';
import { observeRow } from '../core/job/observe.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { tell, VIEW_SYNCED_CHANNEL } from '../diagnostics.js';
import { abortable } from './cancellation.js';
import type { LateRunAlarm } from './late-run-alarm.js';
import type { ListWatchPorts } from './list-watch-ports.js';

/** An engine's now lies behind nothing that it told before, down to the rounding of its answers. */
const CLOCK_STEP_NANO = 1_000_000n;

export interface SyncOptions {
  /** The engine's, as it was measured for this sync. */
  readonly now: EngineNano;
  /** Of the stream that the sync completes. */
  readonly life: AbortSignal;
  /** Another one was asked for meanwhile: the view is not live after this one. */
  readonly isWanted: () => boolean;
}

/** Brings the view into step with the engine: replay, list, inspect, and only then judge absences. */
export class ViewSync {
  readonly #ports: ListWatchPorts;
  readonly #late: LateRunAlarm;
  #openedAt: EngineNano | undefined;
  /** Late runs over which a sync has gone. */
  #lateRunsMended = 0;
  /** Events may have been missed over which no sync has gone. */
  #gap = false;
  /** While a list is read: what was removed since it was asked for. */
  #destroyed: Set<string> | undefined;

  constructor(ports: ListWatchPorts, late: LateRunAlarm) {
    this.#ports = ports;
    this.#late = late;
  }

  /** The engine's time at the first sync; `undefined` before that is done. */
  get openedAt(): EngineNano | undefined {
    return this.#openedAt;
  }

  /** Events from before the first sync (`now`, while that is under way) make no job; of a job that is known they are old news to the fold. */
  pass(event: EngineEvent, now: EngineNano): void {
    const { records } = this.#ports;
    if (event.action === 'destroy' || event.action === 'remove') this.#destroyed?.add(event.id);
    const known = records.get(event.id) ?? records.tombstone(event.id);
    if (known || event.timeNano > (this.#openedAt ?? now)) this.#ports.event(event);
  }

  /** The engine's now. A clock that went back behind events already seen is told to the watch. */
  async measure(signal: AbortSignal): Promise<EngineNano> {
    const sentMs = Date.now();
    const reached = this.#ports.progress.highest;
    const info = await this.#ports.engine.info({ signal });
    const now = this.#ports.clock.measure(info, sentMs, Date.now());
    if (now + CLOCK_STEP_NANO < reached) {
      this.#ports.progress.setBack(now);
      if (this.#openedAt !== undefined && this.#openedAt > now) this.#openedAt = now;
    }
    return now;
  }

  async run({ now, life, isWanted }: SyncOptions): Promise<void> {
    const ports = this.#ports;
    const begun = performance.now();
    const first = this.#openedAt === undefined;
    ports.fresh('syncing');
    const lateRuns = this.#late.raised ? this.#lateRunsMended : this.#late.count;
    const dropped = this.#late.count > this.#lateRunsMended;
    const gap = this.#gap;
    // A sync that fails has mended nothing, though its stream may have told what is younger than the gap.
    this.#gap = true;
    const replayed = !first && (await this.#replay(now, life));
    // What was dropped in a late run lies before the last event that was seen.
    this.#gap = gap || !replayed || dropped;
    // Not before: an answer of now would hide what lies between and is still on its way.
    ports.progress.reached(now);
    const asOf = ports.progress.highest;
    const sentOrder = ports.progress.nextOrder();
    const listed = await this.#list(asOf, life);
    for (const id of listed) if (this.#isOpen(id)) ports.inspect(id);
    await abortable(ports.inspected(), life);
    // An event that came meanwhile may have contradicted the answer that was on its way.
    await abortable(ports.inspected(), life);
    if (this.#gap) {
      // SIGSTOP leaves no trace in an inspect, and its event may have been missed.
      const running = [...ports.records.values()].filter(
        (record) => record.run.phase === 'running' && !isInDoubt(record),
      );
      await abortable(Promise.all(running.map((record) => ports.top(record.id))), life);
    }
    // What goes on after the stream cannot make the view live, nor judge what is missing from it.
    life.throwIfAborted();
    for (const record of [...ports.records.values()]) {
      if (!listed.has(record.id))
        ports.fold({ kind: 'absent', id: record.id, asOf: ports.progress.highest, sentOrder });
    }
    this.#lateRunsMended = lateRuns;
    this.#gap = false;
    this.#openedAt ??= now;
    ports.synced(sentOrder);
    tell(VIEW_SYNCED_CHANNEL, () => ({ engine: ports.engine, first, durationMs: performance.now() - begun }));
    if (!this.#late.raised && !isWanted()) ports.fresh('live');
  }

  /** The row of a job that goes on calls for an inspect by itself; that of one that has ended may say what is known. */
  #isOpen(id: string): boolean {
    const ports = this.#ports;
    const ended = ports.records.get(id)?.run.phase === 'ended';
    return ended && (ports.progress.isClockSetBack || ports.isUnanswered(id));
  }

  /** Folds each row as it arrives; returns who was listed. */
  async #list(asOf: EngineNano, life: AbortSignal): Promise<ReadonlySet<string>> {
    const ports = this.#ports;
    const listed = new Set<string>();
    const destroyed = new Set<string>();
    this.#destroyed = destroyed;
    try {
      await ports.engine.containers.listRows({
        all: true,
        filters: { label: ports.labels },
        signal: life,
        onRow: (row) => {
          // Its row was written before it went.
          if (!ports.isWatched(row.Labels) || destroyed.has(row.Id)) return;
          listed.add(row.Id);
          ports.fold(observeRow(row, { order: ports.progress.nextOrder(), asOf }));
        },
      });
    } finally {
      this.#destroyed = undefined;
    }
    return listed;
  }

  /**
   * Reads the engine's memory of events to its end. Unfiltered, since only so its age can be told:
   * it reaches back to the last event that was seen if it holds one that old.
   */
  async #replay(now: EngineNano, life: AbortSignal): Promise<boolean> {
    const { engine } = this.#ports;
    const seen = this.#ports.progress.lastEvent;
    let oldest: EngineNano | undefined;
    await engine.watchEvents({
      since: '0',
      until: engineTime(now),
      signal: life,
      onEvent: (event) => {
        if (oldest === undefined || event.timeNano < oldest) oldest = event.timeNano;
        this.pass(event, now);
      },
    });
    return oldest !== undefined && oldest <= seen;
  }
}
