import type { ContainerInspect, Engine, EngineEvent } from '@docker-tracker/engine-client';
import { BehaviorSubject, filter, firstValueFrom, Subject, type Observable } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import type { Effect, EventObservation, Observation } from '../core/job/observation.js';
import { isInDoubt } from '../core/job/doubt.js';
import { observeEvent, observeInspect } from '../core/job/observe.js';
import type { EngineNano } from '../core/job/timestamp.js';
import { SESSION_LABEL } from '../core/label/label-names.js';
import { abortable } from './cancellation.js';
import { EngineClock } from './engine-clock.js';
import { EngineProgress } from './engine-progress.js';
import { EngineQuestions } from './engine-questions.js';
import { HeldSessions } from './held-sessions.js';
import { JobRecords, type RecordUpdate } from './job-records.js';
import { OpenQuestions } from './open-questions.js';
import { RestartWaits } from './restart-waits.js';
import type { ListWatchPorts } from './list-watch-ports.js';
import { runListWatch } from './list-watch.js';
import type { Freshness } from './freshness.js';
import { untilRecord } from './until-record.js';
import type { WatchedSession, WatchScope } from './watched-session.js';

/**
 * List and watch over every job on one engine: one event stream, shared by all trackers and monitors of the Engine object.
 * It runs while somebody holds it; with nobody there is no socket.
 */
export class JobWatch {
  static readonly #watches: Readonly<Record<WatchScope, WeakMap<Engine, JobWatch>>> = {
    jobs: new WeakMap(),
    containers: new WeakMap(),
  };

  /** The watch of this engine, begun if nobody holds it yet, for one more session. Give it back with {@link release}. */
  static hold(engine: Engine, session: WatchedSession, scope: WatchScope = 'jobs'): JobWatch {
    const watches = JobWatch.#watches[scope];
    let watch = watches.get(engine);
    if (!watch) {
      watch = new JobWatch(engine, scope);
      watches.set(engine, watch);
    }
    watch.#sessions.hold(session, watch.#progress.nextOrder());
    return watch;
  }

  readonly engine: Engine;
  readonly #scope: WatchScope;
  readonly records = new JobRecords();
  readonly #clock = new EngineClock();
  readonly #questions: EngineQuestions;
  readonly #open: OpenQuestions;
  readonly #restartWaits: RestartWaits;
  readonly #updates = new Subject<RecordUpdate>();
  readonly #forgotten = new Subject<string>();
  readonly #events = new Subject<EventObservation>();
  readonly #freshness = new BehaviorSubject<Freshness>('syncing');
  readonly #stop = new AbortController();
  readonly #resyncs = new Subject<string>();
  readonly #ready: Promise<void>;
  readonly #sessions: HeldSessions;
  readonly #progress = new EngineProgress();
  readonly #synced = new BehaviorSubject(0);

  private constructor(engine: Engine, scope: WatchScope) {
    this.engine = engine;
    this.#scope = scope;
    this.#sessions = new HeldSessions(scope);
    this.#questions = new EngineQuestions(
      engine,
      {
        asOf: () => this.#progress.highest,
        pid: (id) => this.records.get(id)?.details?.pid ?? 0,
        inspected: (container, asOf) => {
          this.foldInspect(container, asOf);
        },
        topped: (observation) => {
          this.#fold({ ...observation, asOf: this.#progress.reachable(observation.asOf) });
        },
      },
      this.#stop.signal,
    );
    this.#open = new OpenQuestions({
      inspect: (id) => this.#questions.inspect(id),
      inspectInDoubt: (id) => this.#questions.inspectInDoubt(id),
      isKnown: (id) => this.records.get(id) !== undefined,
      isInDoubt: (id) => this.#isInDoubt(id),
      doubt: (id) => {
        this.#fold({ kind: 'unanswered', id, order: this.#progress.nextOrder() });
      },
    });
    this.#restartWaits = new RestartWaits(engine, (id) => {
      void this.#askAgain(id);
    });
    this.#ready = runListWatch(this.#ports(), this.#stop.signal);
    this.#ready.catch(() => undefined);
  }

  /** Resolves when a sync that began after the session was held is done; rejects with what made the first one impossible. */
  async ready(session: WatchedSession, signal?: AbortSignal): Promise<void> {
    await abortable(this.#ready, signal);
    const since = this.#sessions.heldSince(session);
    if (this.#synced.value > since) return;
    this.#resyncs.next(`session ${String(session)} was opened`);
    const done = firstValueFrom(this.#synced.pipe(filter((order) => order > since)));
    await abortable(done, signal);
  }

  /** Each change of a record, in the order of folding, synchronously. */
  get updates$(): Observable<RecordUpdate> {
    return this.#updates;
  }

  /** Each event of a watched job, right after it was folded. */
  get events$(): Observable<EventObservation> {
    return this.#events;
  }

  /** Ids of jobs that were deleted on request. */
  get forgotten$(): Observable<string> {
    return this.#forgotten;
  }

  get freshness$(): Observable<Freshness> {
    return this.#freshness;
  }

  get freshness(): Freshness {
    return this.#freshness.value;
  }

  /** Whether the engine could not be asked if this job's first process is stopped (no `ps` on its host). */
  stopUnknown(id: string): boolean {
    const record = this.records.get(id);
    return record !== undefined && this.#questions.topUnknown(id, record.stopSignal.at);
  }

  /** Asks the engine about a container and folds the answer. `undefined`: the engine does not know it, or it is no job. */
  async ask(id: string, signal?: AbortSignal): Promise<JobRecord | undefined> {
    await this.#questions.inspect(id, signal);
    return this.records.get(id);
  }

  /** Folds an inspect that somebody else made, sent when {@link asOf} was read. */
  foldInspect(container: ContainerInspect, asOf: EngineNano): void {
    if (!this.#sessions.isWatched(container.Config.Labels)) return;
    this.#open.forget(container.Id);
    this.#fold(observeInspect(container, this.#progress.answered(container.Id, asOf)));
  }

  /** Folds the exit code that a `wait` told. */
  foldExited(id: string, exitCode: number): void {
    this.#fold({ kind: 'exited', id, asOf: this.#progress.highest, exitCode });
  }

  /** Folds that the startTime of a waiting job has come. */
  foldDue(id: string): void {
    this.#fold({ kind: 'due', id, asOf: this.#progress.highest });
  }

  /** Folds that a running job has used up its CPU time. */
  foldCpuTime(id: string): void {
    this.#fold({ kind: 'cpu-time', id, asOf: this.#progress.highest });
  }

  /** The engine's clock now, as far as it was measured. */
  get engineNow(): EngineNano {
    return this.#clock.at(Date.now());
  }

  /** The youngest event received so far: what is asked from now on includes it. */
  get asOf(): EngineNano {
    return this.#progress.highest;
  }

  /** See {@link untilRecord}. */
  until(id: string, condition: (record: JobRecord) => boolean, signal?: AbortSignal): Promise<JobRecord | undefined> {
    return untilRecord(this, id, condition, signal);
  }

  /** Forgets a job that was deleted on request. */
  forget(id: string): void {
    this.records.forget(id);
    this.#letGo(id);
    this.#forgotten.next(id);
  }

  /** Gives the watch back; the last one to do so ends it. */
  release(session: WatchedSession): void {
    if (!this.#sessions.release(session)) return;
    for (const id of this.records.drop((record) => !this.#sessions.isHeld(record.session))) this.#letGo(id);
    if (!this.#sessions.isEmpty) return;
    JobWatch.#watches[this.#scope].delete(this.engine);
    this.#stop.abort(new Error('the job watch was released'));
    this.#restartWaits.close();
    this.#freshness.next('closed');
    this.#freshness.complete();
    this.#updates.complete();
    this.#forgotten.complete();
    this.#events.complete();
    this.#resyncs.complete();
    this.#synced.complete();
  }

  #isInDoubt(id: string): boolean {
    const record = this.records.get(id);
    return record !== undefined && isInDoubt(record);
  }

  #letGo(id: string): void {
    this.#restartWaits.unwatch(id);
    this.#questions.forget(id);
    this.#progress.forget(id);
    this.#open.forget(id);
  }

  #ports(): ListWatchPorts {
    return {
      engine: this.engine,
      labels: this.#scope === 'jobs' ? [SESSION_LABEL] : [],
      clock: this.#clock,
      records: this.records,
      resyncs$: this.#resyncs,
      progress: this.#progress,
      isWatched: (labels) => this.#sessions.isWatched(labels),
      synced: (sentOrder) => {
        this.#progress.synced([...this.records.values()].filter(isInDoubt).map(({ id }) => id));
        this.#synced.next(sentOrder);
        for (const record of this.records.values()) this.#keepRestartWait(record);
      },
      fresh: (freshness) => {
        if (this.#freshness.value !== freshness) this.#freshness.next(freshness);
      },
      event: (event) => {
        this.#event(event);
      },
      fold: (observation) => {
        this.#fold(observation);
      },
      connected: (life) => {
        this.#open.connect(life);
      },
      isUnanswered: (id) => this.#open.has(id),
      inspect: (id) => {
        void this.#open.settle(id);
      },
      inspected: () => this.#open.settled(),
      top: (id) => this.#questions.joinTop(id),
    };
  }

  #event(event: EngineEvent): void {
    this.#progress.heard(event.timeNano);
    if (!this.#sessions.isWatched(event.attributes)) return;
    const known = this.records.get(event.id)?.labels;
    const observation = observeEvent(event, this.#progress.nextOrder(), known);
    if (!observation) return;
    this.#fold(observation);
    this.#events.next(observation);
    // A clock that was set back may have made it look old.
    if (this.#progress.isSetBackFor(event.id)) this.#effect({ type: 'inspect', id: event.id });
  }

  #fold(observation: Observation): void {
    const { update, effects } = this.records.fold(observation);
    if (update) {
      if (update.record.removed) this.#letGo(update.record.id);
      else this.#keepRestartWait(update.record);
      this.#updates.next(update);
    }
    for (const effect of effects) this.#effect(effect);
  }

  #keepRestartWait(record: JobRecord): void {
    if (record.run.phase === 'restarting') this.#restartWaits.watch(record.id);
    else this.#restartWaits.unwatch(record.id);
  }

  /** A wait returns at each policy restart as well, so what holds is asked for; still restarting, the wait is opened again. */
  async #askAgain(id: string): Promise<void> {
    await this.#open.settle(id);
    const record = this.records.get(id);
    // Not before it is known: a wait on what has ended returns at once.
    if (record && !this.#open.has(id)) this.#keepRestartWait(record);
  }

  #effect(effect: Effect): void {
    switch (effect.type) {
      case 'inspect':
        void this.#open.settle(effect.id);
        break;
      case 'top':
        void this.#questions.top(effect.id);
        break;
      case 'resync':
        this.#resyncs.next(effect.because);
        break;
    }
  }
}
