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
import { Engine, type EngineOptions } from '@docker-tracker/engine-client';
import { concat, defer, EMPTY, from, ignoreElements, type Observable } from 'rxjs';
import { jobInfo } from './core/job/job-info.js';
import type { JobSnapshot } from './core/job/job-snapshot.js';
import { jobStatus, type JobStatus } from './core/job/job-status.js';
import type { JobTransition } from './core/job/observation.js';
import { decodeArrayJobId } from './core/label/array-job-id.js';
import { TEMPLATE_LABEL } from './core/label/label-names.js';
import { checkSessionName } from './core/label/session-name.js';
import { decodeTemplateLabel } from './core/label/template-label.js';
import { badValue } from './core/template/refusal.js';
import type { OutputCapture } from './output/output-capture.js';
import { jobOutput, type OutputChunk, type OutputOptions } from './output/job-output.js';
import { inDrmaa2Terms } from './session/drmaa2-failure.js';
import { jobArrays, submitArray, type JobArray } from './session/job-array.js';
import { controlJob } from './session/job-control.js';
import type { JobHandle } from './session/job-handle.js';
import { templateOf } from './session/job-template.js';
import { waitForJob, type WaitOptions } from './session/job-wait.js';
import { findRecord, requireRecord, type SessionChoices, type SessionContext } from './session/session-context.js';
import { SessionJobs, type JobChanges } from './session/session-jobs.js';
import { submitJob } from './session/submission.js';
import type { Freshness } from './watch/freshness.js';
import { JobWatch } from './watch/job-watch.js';

export interface DockerTrackerOptions extends EngineOptions {
  /** Name of the job session: the tracker sees and touches containers with this session's label only. The empty name is one, too. */
  readonly session: string;
  /** An engine of the caller's, which stays open. Default: one is connected, from the other options and the environment, and closed with the tracker. */
  readonly engine?: Engine | undefined;
  /** How jobs are suspended whose template does not say: `signal` (default, SIGSTOP to the first process) or `pause` (all processes). */
  readonly suspend?: 'signal' | 'pause' | undefined;
  /** How jobs are terminated whose template does not say: `kill` (default, SIGKILL) or `stop` (stop signal, then SIGKILL). */
  readonly terminate?: 'kill' | 'stop' | undefined;
  /** `redacted` leaves environment values out of the template label, which rides on every event. Default `full`. */
  readonly templateLabel?: 'full' | 'redacted' | undefined;
  /** Refuse templates with unknown extension keys. Default false: they are kept and ignored. */
  readonly strictExtensions?: boolean | undefined;
  /** Network mode of jobs whose template has no `net`. Default: the engine's. */
  readonly network?: string | undefined;
}

/**
 * A job session on one Docker Engine: one container is one job. States are pushed from the engine's event stream and
 * never asked for in a loop; the engine is the only store, so a session opened again sees all its jobs.
 *
 * Every method of a closed tracker rejects with InvalidSession; an engine that cannot be reached is DrmCommunication.
 */
export class DockerTracker implements JobTracker {
  readonly session: string;
  readonly #context: SessionContext;
  readonly #ownsEngine: boolean;
  readonly #outputs = new Map<string, OutputCapture>();
  readonly #close: AbortController;

  private constructor(context: SessionContext, ownsEngine: boolean, close: AbortController) {
    this.session = context.session;
    this.#context = context;
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
    const watch = JobWatch.hold(engine);
    try {
      await inDrmaa2Terms('open', () => watch.ready(signal));
    } catch (error) {
      watch.release();
      if (!options.engine) await engine.close();
      throw error;
    }
    const close = new AbortController();
    const jobs = new SessionJobs(watch, session);
    const context: SessionContext = { session, engine, watch, jobs, choices, closed: close.signal };
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

  /** Whether the view can be trusted now: first what holds, then each change. A lost connection is told here and is no job state. */
  get freshness$(): Observable<Freshness> {
    return this.#context.watch.freshness$;
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
  async addJob(template: JobTemplate, options: Cancellable = {}): Promise<string> {
    this.#check();
    const { id, output } = await submitJob(this.#context, template, options);
    this.#follow(id, output);
    return id;
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
   * Submits one job for each index from `begin` to `end` by `step`; each finds its index in `TASK_ID`. All are started, or none is left.
   *
   * @returns the array's id: the JSON list of the job ids in index order.
   * @throws {Drmaa2Error} as {@link addJob}; UnsupportedOperation: a `maxParallel` below the number of tasks.
   */
  async addArrayJob(template: JobTemplate, range: TaskIndices, options: Cancellable = {}): Promise<string> {
    this.#check();
    return submitArray(this.#context, template, range, options, (id, output) => {
      this.#follow(id, output);
    });
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

  /** The state of a job. An unknown or deleted id is Undetermined, `unknown`; a removed job keeps its end state while it is remembered. */
  async jobState(id: string, options: Cancellable = {}): Promise<JobStatus> {
    this.#check();
    const record = await findRecord(this.#context, id, options.signal);
    return record ? jobStatus(record) : { state: 'Undetermined', subState: 'unknown' };
  }

  /** All that is known about a job. InvalidArgument: unknown id. */
  async jobInfo(id: string, options: Cancellable = {}): Promise<JobInfo> {
    this.#check();
    const { watch } = this.#context;
    let record = await requireRecord(this.#context, id, options.signal);
    const { run, details, removed } = record;
    const untold = details === undefined || (run.phase === 'ended' && run.finishedAt === undefined);
    if (untold && !removed) {
      record = (await inDrmaa2Terms(`jobInfo of ${id}`, () => watch.ask(id, options.signal))) ?? record;
    }
    const slots = templateOf(record)?.minSlots;
    const failure = this.#outputs.get(id)?.failure;
    const info = jobInfo(record, { slots, stopUnknown: watch.stopUnknown(id) });
    if (failure === undefined) return info;
    const words = failure instanceof Error ? failure.message : 'unknown failure';
    return { ...info, annotation: [info.annotation, `output incomplete: ${words}`].filter(Boolean).join('; ') };
  }

  /** The template that a job was submitted with, out of its label; also one that the Go tracker wrote. InvalidArgument: unknown id, or no readable template. */
  async jobTemplate(id: string, options: Cancellable = {}): Promise<JobTemplate> {
    this.#check();
    const { labels } = await requireRecord(this.#context, id, options.signal);
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
  async jobControl(id: string, action: JobControlAction, options: Cancellable = {}): Promise<void> {
    this.#check();
    await controlJob(this.#context, id, action, options.signal);
  }

  /**
   * Resolves with the job as soon as it is in one of the states; for an end, once its output files are whole.
   *
   * @throws {Drmaa2Error} InvalidState (a JobWaitError with the job): it can no longer become one of them; Timeout (the same);
   * InvalidArgument: no states, unknown id, bad timeout.
   */
  async wait(id: string, states: readonly JobState[], options: WaitOptions = {}): Promise<JobSnapshot> {
    this.#check();
    return waitForJob(this.#context, this.#outputs, id, states, options);
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
  async deleteJob(id: string, options: Cancellable = {}): Promise<void> {
    this.#check();
    const { engine, watch } = this.#context;
    const record = await requireRecord(this.#context, id, options.signal);
    const { state } = jobStatus(record);
    if (state !== 'Done' && state !== 'Failed') {
      throw new Drmaa2Error(
        'InvalidState',
        `job ${id} is ${state}: deleteJob is for Done and Failed; terminate it first`,
      );
    }
    if (!record.removed) {
      await inDrmaa2Terms(`deleteJob of ${id}`, () =>
        engine.containers.remove(id, { v: true, signal: options.signal }),
      );
    }
    watch.forget(id);
    this.#outputs.delete(id);
  }

  /** The images that are installed: what a template's jobCategory may be. Tags, or digests of untagged images; sorted. */
  async listJobCategories(options: Cancellable = {}): Promise<readonly string[]> {
    this.#check();
    const images = await inDrmaa2Terms('listJobCategories', () => this.#context.engine.images.list(options));
    const names = images.flatMap(({ RepoTags, RepoDigests, Id }) => {
      const tags = RepoTags.filter((tag) => !tag.includes('<none>'));
      const digests = RepoDigests.filter((digest) => !digest.includes('<none>'));
      return tags.length > 0 ? tags : digests.length > 0 ? digests : [Id];
    });
    return [...new Set(names)].sort();
  }

  /** Ends the session's view: waits reject, observables complete, open output files are closed. Jobs go on. Calling it again changes nothing. */
  async close(): Promise<void> {
    if (this.#close.signal.aborted) return;
    this.#close.abort(new Drmaa2Error('InvalidSession', 'the tracker was closed'));
    this.#context.jobs.close();
    await Promise.all([...this.#outputs.values()].map((output) => output.stop()));
    this.#context.watch.release();
    if (this.#ownsEngine) await this.#context.engine.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #follow(id: string, output: OutputCapture | undefined): void {
    if (!output) return;
    this.#outputs.set(id, output);
    void output.finished.then(() => {
      // Only what went wrong is still of interest: it is told by jobInfo.
      if (output.failure === undefined) this.#outputs.delete(id);
    });
  }

  #check(): void {
    if (!this.#close.signal.aborted) return;
    throw new Drmaa2Error(
      'InvalidSession',
      `the tracker of session ${JSON.stringify(this.session)} is closed; open another one`,
    );
  }
}

function checkChoices(options: DockerTrackerOptions): SessionChoices {
  checkSessionName(options.session);
  const { suspend = 'signal', terminate = 'kill', templateLabel = 'full', strictExtensions = false, network } = options;
  checkChoice('suspend', suspend, ['signal', 'pause']);
  checkChoice('terminate', terminate, ['kill', 'stop']);
  checkChoice('templateLabel', templateLabel, ['full', 'redacted']);
  if (typeof strictExtensions !== 'boolean') throw badValue('strictExtensions', strictExtensions, 'true or false');
  if (network !== undefined && (typeof network !== 'string' || network === '')) {
    throw badValue('network', network, 'a network mode such as none, bridge or host');
  }
  return { suspend, terminate, templateLabel, strictExtensions, network };
}

function checkChoice(name: string, value: unknown, accepted: readonly string[]): void {
  if (typeof value !== 'string' || !accepted.includes(value)) throw badValue(name, value, accepted.join(' or '));
}
