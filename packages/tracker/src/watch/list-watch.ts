import { Drmaa2Error } from '@docker-tracker/drmaa2';
import { engineTime, type EngineEvent } from '@docker-tracker/engine-client';
import { observeRow } from '../core/job/observe.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { EVENT_ARRIVED_CHANNEL, STREAM_OPENED_CHANNEL, tell, VIEW_SYNCED_CHANNEL } from '../diagnostics.js';
import { backoff } from './backoff.js';
import { abortable, linkedSignal, pause } from './cancellation.js';
import { auditSilence, readMemory, type AuditPorts, type EventMemory } from './silence-audit.js';
import type { Heard } from './stream-trial.js';
import { LateRunAlarm } from './late-run-alarm.js';
import type { ListWatchPorts } from './list-watch-ports.js';

/** Events of different containers may be stored out of order by some 20 ms, and the stream's head comes before its subscription. */
const GUARD_NANO = 5_000_000_000n;
/** An engine's now lies behind nothing that it told before, down to the rounding of its answers. */
const CLOCK_STEP_NANO = 1_000_000n;

/**
 * Keeps one event stream open, and syncs with the list after each opening, late run, or impossible event, until `stop` aborts.
 * Resolves after the first sync; an engine that cannot be reached before that rejects.
 */
export function runListWatch(ports: ListWatchPorts, stop: AbortSignal): Promise<void> {
  return new ListWatch(ports, stop).first;
}

class ListWatch {
  readonly first: Promise<void>;
  readonly #ports: ListWatchPorts;
  readonly #stop: AbortSignal;
  #openedAt: EngineNano | undefined;
  readonly #late: LateRunAlarm;
  /** What the present stream has told last, and when by our clock; after a sync, what that has seen. */
  #heard: Heard = { upTo: 0n, atMs: 0 };
  /** Late runs over which a sync has gone. */
  #lateRunsMended = 0;
  #wanted = false;
  #syncing: Promise<void> | undefined;
  /** While a list is read: what was removed since it was asked for. */
  #destroyed: Set<string> | undefined;
  /** While a stream is open: aborts when that is over, and with it every sync that was to complete it. */
  #life: AbortSignal | undefined;

  constructor(ports: ListWatchPorts, stop: AbortSignal) {
    this.#ports = ports;
    this.#stop = stop;
    this.#late = new LateRunAlarm({
      clock: ports.clock,
      alarmed: () => {
        ports.fresh('syncing');
      },
      doubtful: () => {
        this.#resync();
      },
    });
    this.first = new Promise((resolve, reject) => {
      void this.#run(resolve, reject);
    });
    const subscription = ports.resyncs$.subscribe(() => {
      this.#resync();
    });
    stop.addEventListener('abort', () => {
      subscription.unsubscribe();
      this.#late.reset();
    });
  }

  async #run(opened: () => void, impossible: (error: unknown) => void): Promise<void> {
    let failures = 0;
    while (!isOver(this.#stop)) {
      try {
        await this.#stream(() => {
          failures = 0;
          opened();
        });
      } catch (error) {
        // Before the first sync the caller decides; afterwards the job is to come back, whatever the reason.
        if (this.#openedAt === undefined || isOver(this.#stop)) {
          impossible(error);
          return;
        }
      }
      if (isOver(this.#stop)) return;
      this.#ports.fresh('stale');
      failures += 1;
      await pause(backoff(failures), this.#stop).catch(() => undefined);
    }
  }

  /** One life of the event stream, from its opening to its end. */
  async #stream(live: () => void): Promise<void> {
    const life = new AbortController();
    const { signal, end } = linkedSignal(this.#stop, life.signal);
    try {
      await this.#live(life, signal, live);
    } finally {
      end();
    }
  }

  async #live(life: AbortController, signal: AbortSignal, live: () => void): Promise<void> {
    const { engine } = this.#ports;
    this.#late.reset();
    const firstTime = this.#openedAt === undefined;
    if (!firstTime) await engine.negotiate({ signal });
    const now = await this.#measure(signal);
    const before = engine.silenceMs === 0 ? undefined : await readMemory(this.#ports, signal);
    this.#heard = { upTo: now, atMs: performance.now() };
    const { stream, opened } = this.#open(now, signal);
    try {
      await Promise.race([opened, ended(stream)]);
      tell(STREAM_OPENED_CHANNEL, () => ({ engine, again: !firstTime }));
      this.#life = signal;
      this.#ports.connected(signal);
      await Promise.race([this.#underWay(this.#sync(now, firstTime, signal)), ended(stream)]);
      this.#openedAt ??= now;
      live();
      if (this.#wanted) this.#resync();
      await Promise.race([stream, ...(before ? [this.#audit(before, signal)] : [])]);
    } finally {
      this.#life = undefined;
      this.#syncing = undefined;
      life.abort(new Error('the event stream is over'));
      await stream.catch(() => undefined);
    }
  }

  #open(now: EngineNano, signal: AbortSignal): { stream: Promise<void>; opened: Promise<void> } {
    const { engine, clock } = this.#ports;
    let onOpen!: () => void;
    const opened = new Promise<void>((resolve) => {
      onOpen = resolve;
    });
    const stream = engine.watchEvents({
      since: engineTime(this.#toldUpTo(now) - GUARD_NANO),
      filters: { type: ['container'], label: this.#ports.labels },
      signal,
      onOpen,
      onEvent: (event, receivedAtMs) => {
        this.#late.judge(event.timeNano, receivedAtMs);
        if (event.timeNano > now)
          tell(EVENT_ARRIVED_CHANNEL, () => ({ engine, lateMs: clock.lateMs(event.timeNano, receivedAtMs) }));
        const upTo = event.timeNano > this.#heard.upTo ? event.timeNano : this.#heard.upTo;
        this.#heard = { upTo, atMs: performance.now() };
        this.#pass(event, this.#openedAt ?? now);
      },
    });
    stream.catch(() => undefined);
    return { stream, opened };
  }

  /** From there on the stream tells everything in its order: a young event before an old one would be taken for its better. */
  #toldUpTo(now: EngineNano): EngineNano {
    const last = this.#ports.lastEvent();
    return last > 0n && last < now ? last : now;
  }

  /** Rejects when the stream turns out to be dead. */
  #audit(before: EventMemory, signal: AbortSignal): Promise<never> {
    const { engine, labels, records } = this.#ports;
    const isWatched: AuditPorts['isWatched'] = (labelled) => this.#ports.isWatched(labelled);
    return auditSilence({ engine, labels, records, isWatched, heard: () => this.#heard, before }, signal);
  }

  /** Events from before the first sync make no job; of a job that is known they are old news to the fold. */
  #pass(event: EngineEvent, notBefore: EngineNano): void {
    const { records } = this.#ports;
    if (event.action === 'destroy' || event.action === 'remove') this.#destroyed?.add(event.id);
    const known = records.get(event.id) ?? records.tombstone(event.id);
    if (known || event.timeNano > notBefore) this.#ports.event(event);
  }

  /** Lists again while the stream goes on. Asked during a sync, it is done once more after that. */
  #resync(): void {
    if (!this.#life) return;
    this.#wanted = true;
    // The first sync looks at what was asked for meanwhile when it is done.
    if (this.#openedAt === undefined) return;
    if (!this.#syncing) void this.#underWay(this.#resyncUntilDone(this.#life));
  }

  #underWay(sync: Promise<void>): Promise<void> {
    const syncing = sync.finally(() => {
      if (this.#syncing !== syncing) return;
      this.#syncing = undefined;
      // Asked for since the sync looked last.
      if (this.#wanted && this.#life && !isOver(this.#life)) this.#resync();
    });
    this.#syncing = syncing;
    return syncing;
  }

  async #resyncUntilDone(life: AbortSignal): Promise<void> {
    let failures = 0;
    while (this.#wanted && !isOver(life)) {
      this.#wanted = false;
      try {
        await this.#sync(await this.#measure(life), false, life);
        failures = 0;
      } catch {
        // The next stream begins with a sync of its own.
        if (isOver(life)) return;
        // A failed list leaves the view in doubt: again, until it works.
        this.#ports.fresh('stale');
        this.#wanted = true;
        failures += 1;
        await pause(backoff(failures), life).catch(() => undefined);
      }
    }
  }

  /** The engine's now. A clock that went back behind events already seen is told to the watch. */
  async #measure(signal: AbortSignal): Promise<EngineNano> {
    const sentMs = Date.now();
    const reached = this.#ports.highest();
    const info = await this.#ports.engine.info({ signal });
    const now = this.#ports.clock.measure(info, sentMs, Date.now());
    if (now + CLOCK_STEP_NANO < reached) {
      this.#ports.clockSetBack(now);
      if (this.#openedAt !== undefined && this.#openedAt > now) this.#openedAt = now;
    }
    return now;
  }

  /** Replay, list, inspect, and only then judge absences. */
  async #sync(now: EngineNano, firstTime: boolean, life: AbortSignal): Promise<void> {
    const ports = this.#ports;
    const begun = performance.now();
    ports.fresh('syncing');
    const lateRuns = this.#late.raised ? this.#lateRunsMended : this.#late.count;
    const dropped = this.#late.count > this.#lateRunsMended;
    // What was dropped in a late run lies before the last event that was seen.
    const covered = !firstTime && (await this.#replay(now, life)) && !dropped;
    // Not before: an answer of now would hide what lies between and is still on its way.
    ports.reached(now);
    const asOf = ports.highest();
    const sentOrder = ports.nextOrder();
    const listed = await this.#list(asOf, life);
    const asked = [...listed].flatMap(([id, called]) => called ?? (this.#isDoubtful(id) ? ports.inspect(id) : []));
    await abortable(Promise.all(asked), life);
    if (!covered) {
      // SIGSTOP leaves no trace in an inspect, and its event may have been missed.
      const running = [...ports.records.values()].filter(({ run, inDoubtAt }) => run.phase === 'running' && !inDoubtAt);
      await abortable(Promise.all(running.map((record) => ports.top(record.id))), life);
    }
    // What goes on after the stream cannot make the view live, nor judge what is missing from it.
    life.throwIfAborted();
    for (const record of [...ports.records.values()]) {
      if (!listed.has(record.id)) void ports.fold({ kind: 'absent', id: record.id, asOf: ports.highest(), sentOrder });
    }
    this.#lateRunsMended = lateRuns;
    ports.synced(sentOrder);
    tell(VIEW_SYNCED_CHANNEL, () => ({
      engine: ports.engine,
      first: firstTime,
      durationMs: performance.now() - begun,
    }));
    if (!this.#late.raised && !this.#wanted) ports.fresh('live');
  }

  #isDoubtful(id: string): boolean {
    const ports = this.#ports;
    const record = ports.records.get(id);
    return record !== undefined && (record.run.phase !== 'ended' || ports.isClockSetBack() || ports.isUnanswered(id));
  }

  /** Folds each row as it arrives; returns who was listed, with the questions that the row called for. */
  async #list(asOf: EngineNano, life: AbortSignal): Promise<ReadonlyMap<string, Promise<unknown> | undefined>> {
    const ports = this.#ports;
    const listed = new Map<string, Promise<unknown> | undefined>();
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
          listed.set(row.Id, ports.fold(observeRow(row, { order: ports.nextOrder(), asOf })));
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
    const seen = this.#ports.lastEvent();
    const notBefore = this.#openedAt ?? now;
    let oldest: EngineNano | undefined;
    await engine.watchEvents({
      since: '0',
      until: engineTime(now),
      signal: life,
      onEvent: (event) => {
        if (oldest === undefined || event.timeNano < oldest) oldest = event.timeNano;
        this.#pass(event, notBefore);
      },
    });
    return oldest !== undefined && oldest <= seen;
  }
}

/** Rejects when the stream ends, even cleanly: whoever waits beside it must not wait for ever. */
async function ended(stream: Promise<void>): Promise<never> {
  await stream;
  throw new Drmaa2Error('DrmCommunication', 'the engine ended the event stream');
}

/** A call, since a property is taken to be as it was when it was looked at last. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}
