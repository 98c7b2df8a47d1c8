import { hostname } from 'node:os';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { Engine } from '@docker-tracker/engine-client';
import { Subject, type Observable, type Subscription } from 'rxjs';
import type { JobRecord } from '../core/job/job-record.js';
import { DISPATCH_LABEL, FILES_LABEL, SUBMISSION_MACHINE_LABEL } from '../core/label/label-names.js';
import { decodeFilePlan, type FilePlan } from '../core/template/file-plan.js';
import { isOver } from '../core/job/run-end.js';
import { abortable } from '../watch/cancellation.js';
import type { JobWatch } from '../watch/job-watch.js';
import { JobFiles } from './job-files.js';

/** A job's files on this host that are not whole, and will not become so. The job itself is unharmed. */
export interface FileFailure {
  readonly jobId: string;
  /** OutOfResource: no space left; else ImplementationSpecific. */
  readonly error: Drmaa2Error;
}

export interface SessionFilesContext {
  readonly engine: Engine;
  readonly watch: JobWatch;
  readonly session: string;
}

/** Failures that are remembered for JobInfo; older ones are forgotten. */
const FAILURE_LIMIT = 1024;

/** The files of a session's jobs: those submitted here, and those that a tracker left that is gone. */
export class SessionFiles {
  readonly #context: SessionFilesContext;
  readonly #jobs = new Map<string, JobFiles>();
  readonly #failed = new Map<string, Drmaa2Error>();
  readonly #adoptions = new Map<string, Promise<void>>();
  readonly #failures = new Subject<FileFailure>();
  readonly #updates: Subscription;
  #closed = false;

  /** To be made when the view is complete: what was left behind is taken over. */
  constructor(context: SessionFilesContext) {
    this.#context = context;
    const { watch, session } = context;
    this.#updates = watch.updates$.subscribe(({ record }) => {
      // Its submitter may have gone since, and nothing else would tell.
      if (record.session === session && isOver(record) && !record.removed) this.#adoptLeft(record);
    });
    for (const record of watch.records.values()) {
      if (record.session === session) this.#adoptLeft(record);
    }
  }

  get failures$(): Observable<FileFailure> {
    return this.#failures.asObservable();
  }

  /** Why a job's files are not whole. */
  failure(id: string): Drmaa2Error | undefined {
    return this.#failed.get(id);
  }

  /** Sees to the files of a job that was submitted here. */
  follow(id: string, files: JobFiles): void {
    this.#jobs.set(id, files);
    void files.finished.then(() => {
      this.#jobs.delete(id);
      if (files.failure !== undefined) this.#fail(id, files.failure);
    });
  }

  /** Resolves when an ended job's files are whole, whoever sees to them on this host; never rejects but for the signal. */
  async whole(record: JobRecord, signal?: AbortSignal): Promise<void> {
    const { id } = record;
    for (;;) {
      await abortable(this.#adoptions.get(id) ?? Promise.resolve(), signal);
      const own = this.#jobs.get(id);
      if (own) return abortable(own.finished, signal);
      const left = this.#planOf(record);
      if (!left || record.removed) return;
      await JobFiles.freed(left.plan, left.job, signal);
      await this.#adopt(record, left);
      if (!this.#jobs.has(id)) return;
    }
  }

  /** Whether that job, submitted here, has ended: its files are about to be whole. */
  isOver(job: string): boolean {
    const { records } = this.#context.watch;
    const [id] = [...this.#jobs].find(([, files]) => files.job === job) ?? [];
    if (id === undefined) return false;
    const record = records.get(id);
    return !record || isOver(record);
  }

  /** The job, submitted here, is not to be. */
  async abandon(id: string): Promise<void> {
    await this.#jobs.get(id)?.abandon();
  }

  forget(id: string): void {
    this.#failed.delete(id);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#updates.unsubscribe();
    await Promise.all(this.#adoptions.values());
    await Promise.all([...this.#jobs.values()].map((files) => files.leave()));
    this.#failures.complete();
  }

  #adoptLeft(record: JobRecord): void {
    const { id } = record;
    const left = this.#planOf(record);
    if (!left || this.#jobs.has(id) || this.#adoptions.has(id)) return;
    const adoption = this.#adopt(record, left).finally(() => this.#adoptions.delete(id));
    this.#adoptions.set(id, adoption);
  }

  async #adopt({ id }: JobRecord, { plan, job }: LeftFiles): Promise<void> {
    try {
      const files = await JobFiles.adopt(plan, job);
      if (!files) return;
      if (this.#closed) {
        await files.leave();
        return;
      }
      files.resume(this.#context.engine, this.#context.watch, id);
      this.follow(id, files);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  /** Only what was submitted on this host has its files here. */
  #planOf({ labels }: JobRecord): LeftFiles | undefined {
    const job = labels[DISPATCH_LABEL];
    if (job === undefined || labels[SUBMISSION_MACHINE_LABEL] !== hostname()) return undefined;
    const plan = decodeFilePlan(labels[FILES_LABEL]);
    return plan && { plan, job };
  }

  #fail(jobId: string, cause: unknown): void {
    const words = cause instanceof Error ? cause.message : String(cause);
    const isFull = cause instanceof Error && 'code' in cause && (cause.code === 'ENOSPC' || cause.code === 'EDQUOT');
    const error = new Drmaa2Error(
      isFull ? 'OutOfResource' : 'ImplementationSpecific',
      `the files of job ${jobId} are incomplete: ${words}`,
      { cause },
    );
    this.#failed.set(jobId, error);
    const [oldest] = this.#failed.keys();
    if (this.#failed.size > FAILURE_LIMIT && oldest !== undefined) this.#failed.delete(oldest);
    this.#failures.next({ jobId, error });
  }
}

interface LeftFiles {
  readonly plan: FilePlan;
  readonly job: string;
}
