import {
  Drmaa2Error,
  type Cancellable,
  type JobInfo,
  type JobTemplate,
  type Machine,
  type Monitorer,
} from '@docker-tracker/drmaa2';
import { onAbort, type Engine } from '@docker-tracker/engine-client';
import {
  DockerTracker,
  EngineJobs,
  JobView,
  type Freshness,
  type JobChanges,
  type JobInfoOptions,
  type JobSnapshot,
  type JobTransition,
  type JobUsage,
  type OutputChunk,
  type OutputOptions,
  type WatchScope,
} from '@docker-tracker/tracker';
import { defer, EMPTY, firstValueFrom, map, merge, Observable, skip } from 'rxjs';
import { JobCounter, type JobCounts } from './core/job-counts.js';
import { checkMonitorFilter, looksAtTemplate, monitorMatches, type MonitorFilter } from './core/monitor-filter.js';
import type { StateSpan } from './core/state-span.js';
import { engineJobsOptions, type DockerMonitorOptions } from './docker-monitor-options.js';
import { EngineMachine } from './machine/engine-machine.js';
import { matchingJobs, type MatchingJobs } from './query/matching-jobs.js';
import { JobTimelines } from './timeline/job-timelines.js';

/**
 * Looks at the jobs of all sessions on one Docker Engine. It stands on the tracker's watch: one event stream, shared with every
 * tracker on the same Engine object, and no request while nobody asks.
 *
 * Every method of a closed monitor rejects with InvalidSession; an engine that cannot be reached is DrmCommunication.
 */
export class DockerMonitor implements Monitorer, AsyncDisposable {
  readonly #jobs: EngineJobs;
  readonly #machine: EngineMachine;
  readonly #timelines: JobTimelines;
  readonly #sessions = new Set<string>();
  readonly #trackers = new Map<string, Promise<DockerTracker>>();
  readonly #opening = new AbortController();
  #closing: Promise<void> | undefined;

  private constructor(jobs: EngineJobs) {
    this.#jobs = jobs;
    this.#machine = new EngineMachine(jobs);
    this.#timelines = new JobTimelines(jobs);
  }

  /**
   * Resolves when the first sync is done, so the first `snapshot()` is complete.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad option; DrmCommunication: no engine there, `cause` says why.
   */
  static async open(options: DockerMonitorOptions = {}): Promise<DockerMonitor> {
    return new DockerMonitor(await EngineJobs.open(engineJobsOptions(options)));
  }

  /** `jobs`: the DRMAA2 jobs of all sessions. `containers`: every container of the engine; one without a session's label has session `''`. */
  get scope(): WatchScope {
    return this.#jobs.scope;
  }

  /** The engine that is looked at. */
  get engine(): Engine {
    return this.#jobs.engine;
  }

  /** The jobs that match as they stand, by id, as far as is known without asking the engine. Removed jobs are not in it. */
  snapshot(filter?: MonitorFilter): ReadonlyMap<string, JobSnapshot> {
    checkMonitorFilter(filter);
    const jobs = this.#jobs.snapshot();
    if (filter === undefined) return jobs;
    const looks = { template: looksAtTemplate(filter) };
    const matching = [...jobs].filter(([id, { session }]) => {
      const info = this.#jobs.knownInfo(id, looks);
      return info !== undefined && monitorMatches(info, session, filter);
    });
    return JobView.empty().next(new Map(matching));
  }

  /**
   * The view of the jobs that match, then each change of it, at most one per turn of the event loop. Each is immutable. A job that
   * had ended before it was first seen is asked for if the filter looks at what only an inspect tells; where the engine does not
   * answer, again until it does. One that is in doubt is judged when its doubt ends.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad filter.
   */
  jobs$(filter?: MonitorFilter): Observable<ReadonlyMap<string, JobSnapshot>> {
    return this.#matching(filter).pipe(map(({ view }) => view));
  }

  /** What each new view of `jobs$` changed, from the subscription on: entering the filter is `added`, leaving it `removed`. */
  changes$(filter?: MonitorFilter): Observable<JobChanges> {
    return this.#matching(filter).pipe(
      skip(1),
      map(({ changes }) => changes),
    );
  }

  /** How many jobs match, by state: first as it stands, then at each change. */
  counts$(filter?: MonitorFilter): Observable<JobCounts> {
    const matching = this.#matching(filter);
    return defer(() => {
      const counter = new JobCounter();
      return matching.pipe(map(({ changes }) => counter.count(changes)));
    });
  }

  /** Each change of a job's state as it happens; hot, nothing is replayed. */
  get transitions$(): Observable<JobTransition> {
    return this.#jobs.transitions$;
  }

  /** Whether the view can be trusted now: first what holds, then each change. */
  get freshness$(): Observable<Freshness> {
    return this.#jobs.freshness$;
  }

  /** The engine's machine: as it stands, then about every five seconds with its load, and when it comes or goes. */
  get machine$(): Observable<Machine> {
    return this.#machine.machine$;
  }

  /** What a job uses, about once a second while it runs; completes at its end. One stream from the engine however many look, none when nobody does. */
  usage$(id: string): Observable<JobUsage> {
    return this.#jobs.usage$(id);
  }

  /**
   * The states that a job went through, oldest first: its last 64, seen since the monitor was opened. Of the time before, the
   * beginning and the end of its run. Empty for an unknown job, and while nothing is known.
   */
  timeline(id: string): readonly StateSpan[] {
    return this.#timelines.timeline(id);
  }

  /** One job: first as it stands, then each change; completes when it is removed, and errors with InvalidArgument for an unknown id. */
  job$(id: string): Observable<JobSnapshot> {
    return this.#jobs.job$(id);
  }

  /** All that is known about a job, see `DockerTracker.jobInfo`. InvalidArgument: unknown id. */
  jobInfo(id: string, options: JobInfoOptions = {}): Promise<JobInfo> {
    return this.#jobs.jobInfo(id, options);
  }

  /** The template that a job was submitted with. InvalidArgument: unknown id, or no readable template. */
  jobTemplate(id: string, options: Cancellable = {}): Promise<JobTemplate> {
    return this.#jobs.jobTemplate(id, options);
  }

  /** The job's output out of the engine's log, read only as fast as it is taken. InvalidArgument: unknown or removed job. */
  output(id: string, options: OutputOptions = {}): AsyncIterable<OutputChunk> {
    return this.#jobs.output(id, options);
  }

  /**
   * A tracker of that session on the same engine, for controls: opened at the first call, closed with the monitor. While it is open
   * it does what trackers do, such as starting the session's queued jobs.
   */
  tracker(session: string): Promise<DockerTracker> {
    return this.#whileOpen(() => {
      let tracker = this.#trackers.get(session);
      if (!tracker) {
        tracker = DockerTracker.open({ session, engine: this.#jobs.engine, signal: this.#opening.signal });
        this.#trackers.set(session, tracker);
        // The next call tries again.
        tracker.catch(() => this.#trackers.delete(session));
      }
      return tracker;
    });
  }

  /** Begins a DRMAA2 monitoring session. Opening one again changes nothing; each sees all jobs. InvalidSession: the monitor is closed. */
  openMonitoringSession(name: string): Promise<void> {
    return this.#whileOpen(() => {
      this.#sessions.add(name);
    });
  }

  /** InvalidSession: no such session is open. */
  closeMonitoringSession(name: string): Promise<void> {
    return this.#whileOpen(() => {
      if (this.#sessions.delete(name)) return;
      throw new Drmaa2Error('InvalidSession', `no monitoring session ${JSON.stringify(name)} is open`);
    });
  }

  /**
   * Ids of the jobs of all sessions that match, in any state; what the filter looks at is asked for.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad filter; what a question came to that the engine did not answer, so that it is not
   * known whether that job matches: DrmCommunication (at once, for a job in doubt), Timeout, Internal.
   */
  async getAllJobIds(filter?: MonitorFilter, { signal }: Cancellable = {}): Promise<readonly string[]> {
    const { view, failure } = await this.#whileOpen(() =>
      firstValueFrom(merge(aborted$(signal), this.#matching(filter))),
    );
    if (failure !== undefined) throw failure as Error;
    return [...view.keys()];
  }

  /** All that is known without asking about each of the jobs that match; what the filter looks at is asked for. Fails as {@link getAllJobIds} does. */
  async getAllJobs(filter?: MonitorFilter, options: Cancellable = {}): Promise<readonly JobInfo[]> {
    const ids = await this.getAllJobIds(filter, options);
    return ids.map((id) => this.#jobs.knownInfo(id)).filter((info) => info !== undefined);
  }

  /** An engine has no queues: always empty. */
  getAllQueueNames(_names?: readonly string[]): Promise<readonly string[]> {
    return this.#whileOpen(() => []);
  }

  /** The engine's machine, unless names are given and its own is not among them. */
  async getAllMachines(names?: readonly string[], options: Cancellable = {}): Promise<readonly Machine[]> {
    const machine = await this.#machine.now(options);
    return names === undefined || names.includes(machine.name) ? [machine] : [];
  }

  /** As {@link jobInfo}. */
  jobInfoFromMonitor(id: string, options: Cancellable = {}): Promise<JobInfo> {
    return this.jobInfo(id, options);
  }

  /** UnsupportedOperation: an engine has no reservations. */
  getAllReservations(): Promise<never> {
    return this.#whileOpen(() => {
      throw new Drmaa2Error(
        'UnsupportedOperation',
        'a Docker Engine has no reservations; nothing can be reserved on it',
      );
    });
  }

  /** Ends the view: observables complete, its trackers are closed. Jobs go on. Calling it again changes nothing. */
  close(): Promise<void> {
    this.#closing ??= (async () => {
      this.#opening.abort(new Drmaa2Error('InvalidSession', 'the monitor was closed'));
      const trackers = await Promise.allSettled(this.#trackers.values());
      for (const opened of trackers) if (opened.status === 'fulfilled') await opened.value.close();
      this.#timelines.close();
      await this.#jobs.close();
    })();
    return this.#closing;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  async #whileOpen<Value>(work: () => Value | Promise<Value>): Promise<Value> {
    this.#check();
    const value = await work();
    this.#check();
    return value;
  }

  #check(): void {
    if (this.#closing) throw new Drmaa2Error('InvalidSession', 'the monitor is closed; open another one');
  }

  #matching(filter: MonitorFilter | undefined): Observable<MatchingJobs> {
    checkMonitorFilter(filter);
    return matchingJobs(this.#jobs, filter);
  }
}

/** Errors with the signal's reason when it aborts. */
function aborted$(signal: AbortSignal | undefined): Observable<never> {
  if (!signal) return EMPTY;
  return new Observable((subscriber) => {
    if (signal.aborted) subscriber.error(signal.reason);
    return onAbort(signal, () => {
      subscriber.error(signal.reason);
    });
  });
}
