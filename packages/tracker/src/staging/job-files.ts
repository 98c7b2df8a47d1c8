import { stat } from 'node:fs/promises';
import { Drmaa2Error } from '@docker-tracker/drmaa2';
import type { AttachConnection, Engine } from '@docker-tracker/engine-client';
import type { JobRecord } from '../core/job/job-record.js';
import type { FilePlan } from '../core/template/file-plan.js';
import type { StagedFile } from '../core/template/stage-in.js';
import { FileLock } from '../output/file-lock.js';
import { JobInput } from '../output/job-input.js';
import { captureOutput, closeUnstarted, type CaptureContext } from '../output/output-capture.js';
import { OutputFiles, outputPaths } from '../output/output-files.js';
import { isOver } from '../core/job/run-end.js';
import { linkedSignal } from '../watch/cancellation.js';
import type { JobWatch } from '../watch/job-watch.js';
import { checkCopies, uploadCopies } from './stage-in.js';
import { StageOutTargets } from './stage-out-targets.js';

/** What a job asks of the submitting host's files. */
export interface JobFilesRequest {
  readonly plan: FilePlan;
  readonly copies: readonly StagedFile[];
  /** What the job's dispatch label says. */
  readonly job: string;
  /** Whether a job whose output still goes to the same file has ended, so that its last bytes are waited for. */
  readonly isOver: (job: string) => boolean;
  /** Ends that waiting, and all else. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * One job's files on the submitting host, from before its creation until they are whole: what is copied in, standard input, the
 * output files, and what is copied out.
 */
export class JobFiles {
  /**
   * Opens and locks everything, before anything is created; only when nothing is wrong are the output files emptied.
   * `undefined`: the job has nothing to do with files of this host.
   * @throws {Drmaa2Error} InvalidArgument naming the attribute and the path that cannot be used; `signal.reason`.
   */
  static async prepare({ plan, copies, job, isOver, signal }: JobFilesRequest): Promise<JobFiles | undefined> {
    const files = new JobFiles(job, plan, copies);
    try {
      await checkCopies(copies);
      if (plan.input !== undefined) files.#input = await JobInput.open(plan.input);
      files.#outputs = await OutputFiles.open(plan.output, { job, isOver, signal });
      files.#targets = await StageOutTargets.begin(plan.stageOut, job);
      await files.#refuseOutputOver(copies);
      // What a file holds is not given up for a job that is not to be.
      signal?.throwIfAborted();
      await files.#outputs?.begin();
    } catch (error) {
      await files.abandon();
      throw error;
    }
    const asked = files.#input ?? files.#outputs ?? files.#targets ?? (copies.length > 0 ? copies : undefined);
    return asked && files;
  }

  /** Takes over what a tracker left of a job's files. `undefined`: they are whole, or somebody else's to complete. */
  static async adopt(plan: FilePlan, job: string): Promise<JobFiles | undefined> {
    const files = new JobFiles(job, plan, []);
    try {
      files.#outputs = await OutputFiles.reopen(plan.output, job);
      files.#targets = await StageOutTargets.reopen(plan.stageOut, job);
    } catch (error) {
      await files.leave();
      throw error;
    }
    return files.#outputs || files.#targets ? files : undefined;
  }

  /** The files beside which a lock tells that they are not whole yet. */
  static lockedPaths(plan: FilePlan): readonly string[] {
    return [...outputPaths(plan.output), ...plan.stageOut.map(({ target }) => target)];
  }

  /** Resolves when nobody works on that job's files any more. */
  static async freed(plan: FilePlan, job: string, signal?: AbortSignal): Promise<void> {
    for (const path of JobFiles.lockedPaths(plan)) await FileLock.freed(path, job, signal).catch(rethrowIf(signal));
  }

  /** What the job's dispatch label says. */
  readonly job: string;
  readonly #plan: FilePlan;
  readonly #copies: readonly StagedFile[];
  readonly #stop = new AbortController();
  #input: JobInput | undefined;
  #outputs: OutputFiles | undefined;
  #targets: StageOutTargets | undefined;
  #connection: AttachConnection | undefined;
  #failure: unknown;
  #finished: Promise<void> = Promise.resolve();
  #closed = false;

  private constructor(job: string, plan: FilePlan, copies: readonly StagedFile[]) {
    this.job = job;
    this.#plan = plan;
    this.#copies = copies;
  }

  /** Resolves when all files are whole, or known not to become so: then `failure` says why. Never rejects. */
  get finished(): Promise<void> {
    return this.#finished;
  }

  /** Why the files are not whole: a full disk, a log that was gone, an archive that was refused. */
  get failure(): unknown {
    return this.#failure ?? this.#outputs?.failure;
  }

  /** Copies into a container that is created and not started, and attaches to it; from then on the files are seen to. */
  async connect(engine: Engine, watch: JobWatch, id: string, signal?: AbortSignal): Promise<void> {
    // It ends the attaching; the connection outlives the call that made it.
    const scope = linkedSignal(signal);
    try {
      await uploadCopies(engine, id, this.#copies, scope.signal);
      if (this.#input || this.#outputs) {
        const wants = this.#outputs?.wants ?? { stdout: false, stderr: false };
        const stdin = this.#input !== undefined;
        this.#connection = await engine.containers.attach(id, { ...wants, stdin, tty: false, signal: scope.signal });
      }
    } finally {
      scope.end();
    }
    this.resume(engine, watch, id);
  }

  /** Sees to the files of a job that may run already, or have ended. */
  resume(engine: Engine, watch: JobWatch, id: string): void {
    this.#finished = this.#work({ engine, watch, id, signal: this.#stop.signal });
  }

  /** Lets go while the job goes on: the next tracker of the session completes the files. */
  async leave(): Promise<void> {
    this.#stop.abort(new Error('the files are not seen to any more'));
    this.#connection?.close();
    await this.#finished;
    await this.#close(true);
  }

  /** Lets go of a job that is not to be; files that were made for it go. */
  async abandon(): Promise<void> {
    this.#stop.abort(new Error('the job was given up'));
    this.#connection?.close();
    await this.#finished;
    const outputs = this.#outputs;
    // Not to be closed again: their locks may be another job's by then.
    this.#outputs = undefined;
    if (!this.#closed) await outputs?.discard();
    await this.#close(false);
  }

  /** What is emptied before it is read is lost, and nobody means that. */
  async #refuseOutputOver(copies: readonly StagedFile[]): Promise<void> {
    const outputs = this.#outputs;
    if (!outputs) return;
    const sources = [
      ...(this.#input?.identity ? [['inputPath', this.#input.identity] as const] : []),
      ...(await Promise.all(copies.map(async ({ source }) => ['stageInFiles', await stat(source)] as const))),
    ];
    const [attribute] = sources.find(([, identity]) => outputs.includes(identity)) ?? [];
    if (attribute === undefined) return;
    throw new Drmaa2Error(
      'InvalidArgument',
      `${attribute} names the file that the output goes to, which would empty it first`,
    );
  }

  async #work(context: CaptureContext): Promise<void> {
    const { engine, id, signal } = context;
    try {
      await this.#whileItRuns(context);
      if (context.watch.records.get(id)?.run.phase === 'ended') await this.#targets?.download(engine, id, signal);
      // The engine was kept from removing it, so that its files could be copied.
      if (this.#plan.removeAfter) await engine.containers.remove(id, { v: true, signal }).catch(() => undefined);
    } catch (error) {
      if (!signal.aborted) this.#failure = error;
    } finally {
      if (!signal.aborted) await this.#close(false);
    }
  }

  async #whileItRuns(context: CaptureContext): Promise<void> {
    const { watch, id, signal } = context;
    const connection = this.#connection;
    const scope = new AbortController();
    const end = linkedSignal(signal, scope.signal);
    try {
      if (connection) closeUnstarted({ ...context, signal: end.signal }, connection);
      if (connection && this.#input) {
        this.#sendInput(context, this.#input, connection, end.signal).catch((error: unknown) => {
          if (!end.signal.aborted) this.#failure = error;
        });
      }
      if (this.#outputs) await captureOutput(context, this.#outputs, connection);
      else await watch.until(id, isOver, signal);
    } finally {
      scope.abort();
      end.end();
      connection?.close();
    }
  }

  /** From the start on: a job may wait for it for long, and nothing is to lie in the engine's buffers until then. */
  async #sendInput(
    { watch, id }: CaptureContext,
    input: JobInput,
    { stdin }: AttachConnection,
    signal: AbortSignal,
  ): Promise<void> {
    const hasBegun = ({ run }: JobRecord): boolean => run.phase !== 'created' && run.phase !== 'unknown';
    if (await watch.until(id, hasBegun, signal)) await input.send(stdin);
  }

  async #close(left: boolean): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    await this.#input?.close();
    await this.#outputs?.close(left && this.failure === undefined);
    await this.#targets?.close(left);
  }
}

/** What cannot be watched is not waited for. */
function rethrowIf(signal: AbortSignal | undefined): (error: unknown) => void {
  return (error) => {
    if (signal?.aborted === true) throw error;
  };
}
