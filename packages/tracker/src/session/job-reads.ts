import { Drmaa2Error, type Cancellable, type JobInfo, type JobTemplate } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import { concat, defer, distinctUntilChanged, EMPTY, from, ignoreElements, of, takeUntil, type Observable } from 'rxjs';
import type { JobSnapshot } from '../core/job/job-snapshot.js';
import { jobStatus, type JobStatus } from '../core/job/job-status.js';
import type { JobTransition } from '../core/job/observation.js';
import { templateLabelOf } from '../core/job/job-record.js';
import { TEMPLATE_LABEL } from '../core/label/label-names.js';
import { decodeTemplateLabel } from '../core/label/template-label.js';
import type { JobUsage } from '../core/usage/job-usage.js';
import { jobOutput, type OutputChunk, type OutputOptions } from '../output/job-output.js';
import type { Freshness } from '../watch/freshness.js';
import { describeJob, type JobInfoOptions } from './job-description.js';
import type { OpenCalls } from './open-calls.js';
import { findRecord, requireRecord, type ReadContext } from './session-context.js';
import type { JobChanges } from './session-jobs.js';

/** What is told of jobs, be it those of one session or of all: states pushed from the engine's event stream, and answers to questions. */
export abstract class JobReads {
  readonly #context: ReadContext;
  readonly #calls: OpenCalls;

  protected constructor(context: ReadContext, calls: OpenCalls) {
    this.#context = context;
    this.#calls = calls;
  }

  /** The engine that is looked at. */
  get engine(): Engine {
    return this.#context.engine;
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
    const { freshness$ } = this.#context.watch;
    const open$ = freshness$.pipe(takeUntil(this.#calls.closed$));
    return concat(open$, of('closed' as const)).pipe(distinctUntilChanged());
  }

  /** The jobs as they stand, by id. Removed jobs are not in it. */
  snapshot(): ReadonlyMap<string, JobSnapshot> {
    this.#calls.check();
    return this.#context.jobs.snapshot;
  }

  /** One job: first as it stands, then each change; completes when it is removed, and errors with InvalidArgument for an unknown id. */
  job$(id: string): Observable<JobSnapshot> {
    return defer(() => {
      this.#calls.check();
      const present = this.#context.jobs.snapshot.has(id);
      const known = present ? EMPTY : from(requireRecord(this.#context, id)).pipe(ignoreElements());
      return concat(known, this.#context.jobs.job$(id));
    });
  }

  /** The state of a job. An unknown or deleted id is Undetermined, `unknown`; a removed job keeps its end state while it is remembered. */
  async jobState(id: string, options: Cancellable = {}): Promise<JobStatus> {
    const record = await this.#calls.run(options, (signal) => findRecord(this.#context, id, signal));
    return record ? jobStatus(record) : { state: 'Undetermined', subState: 'unknown' };
  }

  /**
   * All that is known about a job. CPU time and peak memory are there where somebody looked at `usage$`; the end of its output, as
   * extension `output`, after its end. InvalidArgument: unknown id.
   */
  jobInfo(id: string, options: JobInfoOptions = {}): Promise<JobInfo> {
    return this.#calls.run(options, (signal) => describeJob(this.#context, id, { ...options, signal }));
  }

  /** What a job uses, about once a second while it runs; completes at its end. Nothing is asked for while nobody is subscribed. */
  usage$(id: string): Observable<JobUsage> {
    return defer(() => {
      this.#calls.check();
      const known = from(requireRecord(this.#context, id)).pipe(ignoreElements());
      return concat(known, this.#context.usage.usage$(id)).pipe(takeUntil(this.#calls.closed$));
    });
  }

  /** The template that a job was submitted with, out of its label; also one that the Go tracker wrote. InvalidArgument: unknown id, or no readable template. */
  async jobTemplate(id: string, options: Cancellable = {}): Promise<JobTemplate> {
    const record = await this.#calls.run(options, (signal) => requireRecord(this.#context, id, signal));
    const label = templateLabelOf(record);
    if (label === undefined)
      throw new Drmaa2Error('InvalidArgument', `job ${id} carries no template: its label ${TEMPLATE_LABEL} is missing`);
    return decodeTemplateLabel(label);
  }

  /** The job's output out of the engine's log, read only as fast as it is taken. InvalidArgument: unknown or removed job. */
  output(id: string, options: OutputOptions = {}): AsyncIterable<OutputChunk> {
    this.#calls.check();
    return jobOutput(this.#context, id, options);
  }

  abstract close(): Promise<void>;

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }
}
