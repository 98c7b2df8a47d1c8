import type {
  Cancellable,
  JobControlAction,
  JobState,
  JobTemplate,
  JobTracker,
  TaskIndices,
} from '@docker-tracker/drmaa2';
import { Engine, findCredential } from '@docker-tracker/engine-client';
import { defer, type Observable } from 'rxjs';
import type { JobSnapshot } from './core/job/job-snapshot.js';
import { decodeArrayJobId } from './core/label/array-job-id.js';
import { checkChoices, type DockerTrackerOptions } from './docker-tracker-options.js';
import { ImagePulls, type PullProgress } from './image/image-pulls.js';
import { inDrmaa2Terms } from './session/drmaa2-failure.js';
import { arrayJob, controlArray, waitForArray, type ArraySnapshot } from './session/array-as-one.js';
import { jobArrays, submitArray, type JobArray } from './session/job-array.js';
import { controlJob } from './session/job-control.js';
import { deleteJob } from './session/job-deletion.js';
import { jobCategories } from './session/job-categories.js';
import type { JobHandle } from './session/job-handle.js';
import { JobListeners } from './session/job-listeners.js';
import { JobReads } from './session/job-reads.js';
import { waitForJob, type WaitOptions } from './session/job-wait.js';
import { OpenCalls } from './session/open-calls.js';
import type { SessionContext } from './session/session-context.js';
import { SessionJobs } from './session/session-jobs.js';
import { submitJob } from './session/submission.js';
import { reapAll } from './session/reaping.js';
import { Upkeep } from './session/upkeep.js';
import { SessionFiles, type FileFailure } from './staging/session-files.js';
import { KeptNames } from './queue/kept-names.js';
import { queueNonce } from './queue/queue-step.js';
import { EngineUsage } from './usage/engine-usage.js';
import { JobWatch } from './watch/job-watch.js';

/**
 * A job session on one Docker Engine: one container is one job. States are pushed from the engine's event stream and
 * never asked for in a loop; the engine is the only store, so a session opened again sees all its jobs.
 *
 * Every method of a closed tracker rejects with InvalidSession; an engine that cannot be reached is DrmCommunication.
 */
export class DockerTracker extends JobReads implements JobTracker {
  readonly session: string;
  readonly #context: SessionContext;
  readonly #upkeep: Upkeep;
  readonly #ownsEngine: boolean;
  readonly #calls: OpenCalls;

  private constructor(context: SessionContext, ownsEngine: boolean, calls: OpenCalls) {
    super(context, calls);
    this.session = context.session;
    this.#context = context;
    this.#upkeep = new Upkeep(context);
    this.#ownsEngine = ownsEngine;
    this.#calls = calls;
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
    const refusal = `the tracker of session ${JSON.stringify(session)} is closed; open another one`;
    const calls = new OpenCalls('tracker', refusal);
    const jobs = new SessionJobs(watch, session);
    const listeners = new JobListeners(jobs.each$);
    const pulls = new ImagePulls(engine, options.registryCredentials ?? findCredential);
    const files = new SessionFiles({ engine, watch, session });
    const usage = EngineUsage.of(watch);
    const closed = calls.signal;
    const queue = { watch, names: new KeptNames(watch), key: queueNonce() };
    const context: SessionContext = {
      session,
      engine,
      watch,
      jobs,
      listeners,
      files,
      usage,
      pulls,
      queue,
      choices,
      closed,
    };
    return new DockerTracker(context, options.engine === undefined, calls);
  }

  /** Output and staged files of this host that are not whole and will not become so: a full disk, a log that was gone. Hot, no replay; JobInfo's annotation says it, too. */
  get fileFailures$(): Observable<FileFailure> {
    return this.#context.files.failures$;
  }

  /** Each step of the pulls that this tracker's jobs need, see the extension `pull`; hot, nothing is replayed. */
  get pulls$(): Observable<PullProgress> {
    return this.#context.pulls.progress$;
  }

  /**
   * Submits a job; resolves with its id, the container's, once the view holds its start.
   *
   * @throws {Drmaa2Error} InvalidArgument: a bad attribute, an image that is not there, a command that cannot be started;
   * UnsupportedAttribute: one that is not carried out. Nothing is left behind, also not after an abort.
   */
  addJob(template: JobTemplate, options: Cancellable = {}): Promise<string> {
    return this.#calls.run(options, (signal) => submitJob(this.#context, template, { signal }));
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
   * Submits one job for each index from `begin` to `end` by `step`; each finds its index in `TASK_ID`, and
   * what the tasks have in common, the key of `arrays()`, in `JOB_ID`. All tasks are there, or none is;
   * they are started from the queue, once, however many trackers of the session are open. Resolves when they are queued.
   *
   * @returns the array's id: the JSON list of the job ids in index order.
   * @throws {Drmaa2Error} as {@link addJob}, naming the task. A task that the engine cannot start is Failed, `start-failed`.
   */
  addArrayJob(template: JobTemplate, range: TaskIndices, options: Cancellable = {}): Promise<string> {
    return this.#calls.run(options, (signal) => submitArray(this.#context, template, range, { signal }));
  }

  /** Ids of the session's jobs, in any state. Removed jobs are not among them. */
  listJobs(): readonly string[] {
    this.#calls.check();
    return [...this.#context.jobs.snapshot.keys()];
  }

  /** The job ids in an array's id, in index order. InvalidArgument: not such an id. */
  listArrayJobs(arrayJobId: string): readonly string[] {
    this.#calls.check();
    return decodeArrayJobId(arrayJobId);
  }

  /** The arrays of the session, also those that another process submitted. */
  arrays(): readonly JobArray[] {
    this.#calls.check();
    return jobArrays(this.#context.jobs.snapshot.values());
  }

  /**
   * An array as one: first as it stands, then at each change of a task; completes when all tasks are removed, and errors
   * with InvalidArgument for what is no array's id, or names an unknown job.
   */
  arrayJob$(arrayJobId: string): Observable<ArraySnapshot> {
    return defer(() => {
      this.#calls.check();
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
    return this.#calls.run(options, (signal) => controlArray(this.#context, arrayJobId, action, signal));
  }

  /**
   * Resolves with all tasks, in index order, once each is Done or Failed and its output files are whole.
   *
   * @throws {Drmaa2Error} as {@link wait} does, as soon as one task can no longer end; the timeout is that of the whole array.
   */
  waitArray(arrayJobId: string, options: WaitOptions = {}): Promise<readonly JobSnapshot[]> {
    return this.#calls.run(options, (signal) => waitForArray(this.#context, arrayJobId, { ...options, signal }));
  }

  /**
   * Suspends, resumes or terminates a job; resolves once the view holds the effect.
   *
   * @throws {Drmaa2Error} InvalidState: not legal now; UnsupportedOperation: hold and release of a started job;
   * InvalidArgument: unknown id, unknown action.
   */
  jobControl(id: string, action: JobControlAction, options: Cancellable = {}): Promise<void> {
    return this.#calls.run(options, (signal) => controlJob(this.#context, id, action, signal));
  }

  /**
   * Resolves with the job as soon as it is in one of the states; for an end, once its output files are whole.
   *
   * @throws {Drmaa2Error} InvalidState (a JobWaitError with the job): it can no longer become one of them; Timeout (the same);
   * InvalidArgument: no states, unknown id, bad timeout.
   */
  wait(id: string, states: readonly JobState[], options: WaitOptions = {}): Promise<JobSnapshot> {
    return this.#calls.run(options, (signal) => waitForJob(this.#context, id, states, { ...options, signal }));
  }

  /**
   * Removes the container of an ended job with its anonymous volumes, and forgets the job at once.
   *
   * @throws {Drmaa2Error} InvalidState: not Done or Failed; InvalidArgument: unknown id, also of a job deleted before.
   */
  deleteJob(id: string, options: Cancellable = {}): Promise<void> {
    return this.#calls.run(options, (signal) => deleteJob(this.#context, id, signal));
  }

  /**
   * Deletes every job of the session that is Done or Failed, as {@link deleteJob} does, at most 8 at a time.
   *
   * @returns the ids of those that were deleted.
   * @throws {Drmaa2Error} the first failure, once all were tried; one that somebody else deletes meanwhile is none.
   */
  reapAll(options: Cancellable = {}): Promise<readonly string[]> {
    return this.#calls.run(options, (signal) => reapAll(this.#context, signal));
  }

  /** The images that are installed: what a template's jobCategory may be. Tags, or digests of untagged images; sorted. */
  listJobCategories(options: Cancellable = {}): Promise<readonly string[]> {
    return this.#calls.run(options, (signal) => jobCategories(this.#context, signal));
  }

  /** Ends the session's view: waits reject, observables complete, open output files are closed. Jobs go on. Calling it again changes nothing. */
  async close(): Promise<void> {
    if (!this.#calls.close()) return;
    this.#context.jobs.close();
    this.#context.listeners.close();
    // A submission that was under way takes its container away first.
    await this.#calls.settled();
    this.#context.pulls.close();
    await this.#upkeep.close();
    this.#context.queue.names.close();
    await this.#context.files.close();
    this.#context.watch.release(this.session);
    if (this.#ownsEngine) await this.#context.engine.close();
  }
}
