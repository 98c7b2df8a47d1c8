import {
  Drmaa2Error,
  type Cancellable,
  type JobControlAction,
  type JobInfo,
  type JobState,
  type JobTemplate,
  type JobTracker,
  type TaskIndices,
} from '@docker-tracker/drmaa2';
import { Engine, findCredential } from '@docker-tracker/engine-client';
import {
  concat,
  defer,
  distinctUntilChanged,
  EMPTY,
  from,
  ignoreElements,
  of,
  ReplaySubject,
  takeUntil,
  type Observable,
} from 'rxjs';
import type { JobSnapshot } from './core/job/job-snapshot.js';
import { jobStatus, type JobStatus } from './core/job/job-status.js';
import type { JobTransition } from './core/job/observation.js';
import { decodeArrayJobId } from './core/label/array-job-id.js';
import { TEMPLATE_LABEL } from './core/label/label-names.js';
import { decodeTemplateLabel } from './core/label/template-label.js';
import type { JobUsage } from './core/usage/job-usage.js';
import { checkChoices, type DockerTrackerOptions } from './docker-tracker-options.js';
import { jobOutput, type OutputChunk, type OutputOptions } from './output/job-output.js';
import { ImagePulls, type PullProgress } from './image/image-pulls.js';
import { inDrmaa2Terms } from './session/drmaa2-failure.js';
import { arrayJob, controlArray, waitForArray, type ArraySnapshot } from './session/array-as-one.js';
import { jobArrays, submitArray, type JobArray } from './session/job-array.js';
import { controlJob } from './session/job-control.js';
import { deleteJob } from './session/job-deletion.js';
import { describeJob, type JobInfoOptions } from './session/job-description.js';
import { jobCategories } from './session/job-categories.js';
import type { JobHandle } from './session/job-handle.js';
import { waitForJob, type WaitOptions } from './session/job-wait.js';
import { findRecord, requireRecord, type SessionContext } from './session/session-context.js';
import { SessionJobs, type JobChanges } from './session/session-jobs.js';
import { submitJob } from './session/submission.js';
import { reapAll } from './session/reaping.js';
import { Upkeep } from './session/upkeep.js';
import { SessionFiles, type FileFailure } from './staging/session-files.js';
import { KeptNames } from './queue/kept-names.js';
import type { Freshness } from './watch/freshness.js';
import { linkedSignal } from './watch/cancellation.js';
import { SessionUsage } from './usage/session-usage.js';
import { JobWatch } from './watch/job-watch.js';

/**
 * A job session on one Docker Engine: one container is one job. States are pushed from the engine's event stream and
 * never asked for in a loop; the engine is the only store, so a session opened again sees all its jobs.
 *
 * Every method of a closed tracker rejects with InvalidSession; an engine that cannot be reached is DrmCommunication.
 */
export class DockerTracker implements JobTracker {
  readonly session: string;
  readonly #context: SessionContext;
  readonly #upkeep: Upkeep;
  readonly #ownsEngine: boolean;
  readonly #close: AbortController;
  readonly #closed = new ReplaySubject<void>(1);
  readonly #calls = new Set<Promise<unknown>>();

  private constructor(context: SessionContext, ownsEngine: boolean, close: AbortController) {
    this.session = context.session;
    this.#context = context;
    this.#upkeep = new Upkeep(context);
    this.#ownsEngine = ownsEngine;
    this.#close = close;
  }

  /**
   * Opens the session; resolves when the first sync is done, so the first `snapshot()` is complete.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad option; DrmCommunication: no engine there, `cause` says why.
   */
  static async open(options: DockerTrackerOptions): Promise<DockerTracker> {
    const choices = checkChoices(options);
    const { session, signal } = options;
    const engine = options.engine ?? (await inDrmaa2Terms('open', () => Engine.connect(options)));
    const watch = JobWatch.hold(engine, session);
    try {
      await inDrmaa2Terms('open', () => watch.ready(session, signal));
    } catch (error) {
      watch.release(session);
      if (!options.engine) await engine.close();
      throw error;
    }
    const close = new AbortController();
    const jobs = new SessionJobs(watch, session);
    const pulls = new ImagePulls(engine, options.registryCredentials ?? findCredential);
    const files = new SessionFiles({ engine, watch, session });
    const usage = new SessionUsage(engine, (id) => jobs.job$(id));
    const closed = close.signal;
    const queue = { watch, names: new KeptNames(watch) };
    const context: SessionContext = { session, engine, watch, jobs, files, usage, pulls, queue, choices, closed };
    return new DockerTracker(context, options.engine === undefined, close);
  }

  /** The current view first, then each change, at most one per turn of the event loop. Each is immutable. */
  get jobs$(): Observable<ReadonlyMap<string, JobSnapshot>> {
    return this.#context.jobs.view$;
  }

  /** What was added, changed and removed, beside each new view of `jobs$`. */
  get changes$(): Observable<JobChanges> {
    return this.#context.jobs.changes$;
  }

  /** Each change of a job's state as it happens; hot, nothing is replayed. */
  get transitions$(): Observable<JobTransition> {
    return this.#context.jobs.transitions$;
  }

  /** Output and staged files of this host that are not whole and will not become so: a full disk, a log that was gone. Hot, no replay; JobInfo's annotation says it, too. */
  get fileFailures$(): Observable<FileFailure> {
    return this.#context.files.failures$;
  }

  /** Whether the view can be trusted now: first what holds, then each change. A lost connection is told here and is no job state. */
  get freshness$(): Observable<Freshness> {
    const { freshness$ } = this.#context.watch;
    return concat(freshness$.pipe(takeUntil(this.#closed)), of('closed' as const)).pipe(distinctUntilChanged());
  }

  /** Each step of the pulls that this tracker's jobs need, see the extension `pull`; hot, nothing is replayed. */
  get pulls$(): Observable<PullProgress> {
    return this.#context.pulls.progress$;
  }

  /** The jobs of the session as they stand, by id. Removed jobs are not in it. */
  snapshot(): ReadonlyMap<string, JobSnapshot> {
    this.#check();
    return this.#context.jobs.snapshot;
  }

  /** One job: first as it stands, then each change; completes when it is removed, and errors with InvalidArgument for an unknown id. */
  job$(id: string): Observable<JobSnapshot> {
    return defer(() => {
      this.#check();
      const present = this.#context.jobs.snapshot.has(id);
      const known = present ? EMPTY : from(requireRecord(this.#context, id)).pipe(ignoreElements());
      return concat(known, this.#context.jobs.job$(id));
    });
  }

  /**
   * Submits a job; resolves with its id, the container's, once the view holds its start.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad attribute, an image that is not there, a command that cannot be started;
   * UnsupportedAttribute: one that is not carried out. Nothing is left behind, also not after an abort.
   */
  addJob(template: JobTemplate, options: Cancellable = {}): Promise<string> {
    return this.#call(options, (signal) => submitJob(this.#context, template, { signal }));
  }

  /** Submits a job and gives a handle on it. Fails as {@link addJob} does. */
  async run(template: JobTemplate, options: Cancellable = {}): Promise<JobHandle> {
    const id = await this.addJob(template, options);
    const ended = this.wait(id, ['Done', 'Failed']);
    // Who does not look at the end must not be killed by its rejection.
    ended.catch(() => undefined);
    return { id, state$: this.job$(id), ended, output: (output) => this.output(id, output) };
  }

  /**
   * Submits one job for each index from `begin` to `end` by `step`; each finds its index in `TASK_ID`. All tasks are there, or none is;
   * they are started from the queue, once, however many trackers of the session are open. Resolves when they are queued.
   *
   * @returns the array's id: the JSON list of the job ids in index order.
   * @throws {Drmaa2Error} as {@link addJob}, naming the task. A task that the engine cannot start is Failed, `start-failed`.
   */
  addArrayJob(template: JobTemplate, range: TaskIndices, options: Cancellable = {}): Promise<string> {
    return this.#call(options, (signal) => submitArray(this.#context, template, range, { signal }));
  }

  /** Ids of the session's jobs, in any state. Removed jobs are not among them. */
  listJobs(): readonly string[] {
    this.#check();
    return [...this.#context.jobs.snapshot.keys()];
  }

  /** The job ids in an array's id, in index order. InvalidArgument: not such an id. */
  listArrayJobs(arrayJobId: string): readonly string[] {
    this.#check();
    return decodeArrayJobId(arrayJobId);
  }

  /** The arrays of the session, also those that another process submitted. */
  arrays(): readonly JobArray[] {
    this.#check();
    return jobArrays(this.#context.jobs.snapshot.values());
  }

  /**
   * An array as one: first as it stands, then at each change of a task; completes when all tasks are removed, and errors
   * with InvalidArgument for what is no array's id, or names an unknown job.
   */
  arrayJob$(arrayJobId: string): Observable<ArraySnapshot> {
    return defer(() => {
      this.#check();
      return arrayJob(this.#context, arrayJobId);
    });
  }

  /**
   * Does to every task of an array what {@link jobControl} does to a job, at most 8 at a time. Tasks for which the action is
   * not legal now (an ended one, for terminate) are passed over, since tasks go on while it works.
   *
   * @throws {Drmaa2Error} InvalidArgument, before any task is touched: unknown action or job, no array's id; InvalidState or
   * UnsupportedOperation: not legal for any task, in the first refusal's words; any other failure once all tasks were tried.
   */
  jobControlArray(arrayJobId: string, action: JobControlAction, options: Cancellable = {}): Promise<void> {
    return this.#call(options, (signal) => controlArray(this.#context, arrayJobId, action, signal));
  }

  /**
   * Resolves with all tasks, in index order, once each is Done or Failed and its output files are whole.
   *
   * @throws {Drmaa2Error} as {@link wait} does, as soon as one task can no longer end; the timeout is that of the whole array.
   */
  waitArray(arrayJobId: string, options: WaitOptions = {}): Promise<readonly JobSnapshot[]> {
    return this.#call(options, (signal) => waitForArray(this.#context, arrayJobId, { ...options, signal }));
  }

  /** The state of a job. An unknown or deleted id is Undetermined, `unknown`; a removed job keeps its end state while it is remembered. */
  async jobState(id: string, options: Cancellable = {}): Promise<JobStatus> {
    const record = await this.#call(options, (signal) => findRecord(this.#context, id, signal));
    return record ? jobStatus(record) : { state: 'Undetermined', subState: 'unknown' };
  }

  /**
   * All that is known about a job. CPU time and peak memory are there where somebody looked at `usage$`; the end of its output, as
   * extension `output`, after its end. InvalidArgument: unknown id.
   */
  jobInfo(id: string, options: JobInfoOptions = {}): Promise<JobInfo> {
    return this.#call(options, (signal) => describeJob(this.#context, id, { ...options, signal }));
  }

  /** What a job uses, about once a second while it runs; completes at its end. Nothing is asked for while nobody is subscribed. */
  usage$(id: string): Observable<JobUsage> {
    return defer(() => {
      this.#check();
      const known = from(requireRecord(this.#context, id)).pipe(ignoreElements());
      return concat(known, this.#context.usage.usage$(id)).pipe(takeUntil(this.#closed));
    });
  }

  /** The template that a job was submitted with, out of its label; also one that the Go tracker wrote. InvalidArgument: unknown id, or no readable template. */
  async jobTemplate(id: string, options: Cancellable = {}): Promise<JobTemplate> {
    const { labels } = await this.#call(options, (signal) => requireRecord(this.#context, id, signal));
    const label = labels[TEMPLATE_LABEL];
    if (label === undefined)
      throw new Drmaa2Error('InvalidArgument', `job ${id} carries no template: its label ${TEMPLATE_LABEL} is missing`);
    return decodeTemplateLabel(label);
  }

  /**
   * Suspends, resumes or terminates a job; resolves once the view holds the effect.
   *
   * @throws {Drmaa2Error} InvalidState: not legal now; UnsupportedOperation: hold and release of a started job;
   * InvalidArgument: unknown id, unknown action.
   */
  jobControl(id: string, action: JobControlAction, options: Cancellable = {}): Promise<void> {
    return this.#call(options, (signal) => controlJob(this.#context, id, action, signal));
  }

  /**
   * Resolves with the job as soon as it is in one of the states; for an end, once its output files are whole.
   *
   * @throws {Drmaa2Error} InvalidState (a JobWaitError with the job): it can no longer become one of them; Timeout (the same);
   * InvalidArgument: no states, unknown id, bad timeout.
   */
  wait(id: string, states: readonly JobState[], options: WaitOptions = {}): Promise<JobSnapshot> {
    return this.#call(options, (signal) => waitForJob(this.#context, id, states, { ...options, signal }));
  }

  /** The job's output out of the engine's log, read only as fast as it is taken. InvalidArgument: unknown or removed job. */
  output(id: string, options: OutputOptions = {}): AsyncIterable<OutputChunk> {
    this.#check();
    return jobOutput(this.#context, id, options);
  }

  /**
   * Removes the container of an ended job with its anonymous volumes, and forgets the job at once.
   *
   * @throws {Drmaa2Error} InvalidState: not Done or Failed; InvalidArgument: unknown id, also of a job deleted before.
   */
  deleteJob(id: string, options: Cancellable = {}): Promise<void> {
    return this.#call(options, (signal) => deleteJob(this.#context, id, signal));
  }

  /**
   * Deletes every job of the session that is Done or Failed, as {@link deleteJob} does, at most 8 at a time.
   *
   * @returns the ids of those that were deleted.
   * @throws {Drmaa2Error} the first failure, once all were tried; one that somebody else deletes meanwhile is none.
   */
  reapAll(options: Cancellable = {}): Promise<readonly string[]> {
    return this.#call(options, (signal) => reapAll(this.#context, signal));
  }

  /** The images that are installed: what a template's jobCategory may be. Tags, or digests of untagged images; sorted. */
  listJobCategories(options: Cancellable = {}): Promise<readonly string[]> {
    return this.#call(options, (signal) => jobCategories(this.#context, signal));
  }

  /** Ends the session's view: waits reject, observables complete, open output files are closed. Jobs go on. Calling it again changes nothing. */
  async close(): Promise<void> {
    if (this.#close.signal.aborted) return;
    this.#close.abort(new Drmaa2Error('InvalidSession', 'the tracker was closed'));
    this.#closed.next();
    this.#context.jobs.close();
    // A submission that was under way takes its container away first.
    await Promise.allSettled(this.#calls);
    this.#context.pulls.close();
    await this.#upkeep.close();
    this.#context.queue.names.close();
    await this.#context.files.close();
    this.#context.watch.release(this.session);
    if (this.#ownsEngine) await this.#context.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Every call ends with the tracker, and the tracker's end waits for what a call leaves to do. */
  #call<Value>(options: Cancellable, work: (signal: AbortSignal) => Promise<Value>): Promise<Value> {
    const scope = linkedSignal(this.#close.signal, options.signal);
    const call = (async () => {
      this.#check();
      return work(scope.signal);
    })().finally(() => {
      scope.end();
      this.#calls.delete(call);
    });
    this.#calls.add(call);
    return call;
  }

  #check(): void {
    if (!this.#close.signal.aborted) return;
    throw new Drmaa2Error(
      'InvalidSession',
      `the tracker of session ${JSON.stringify(this.session)} is closed; open another one`,
    );
  }
}
