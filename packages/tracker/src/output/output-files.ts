import type { OutputFrame } from '@docker-tracker/engine-client';
import { specialOutput, type OutputPlan } from '../core/template/output-plan.js';
import type { LogCatchUp } from './log-catch-up.js';
import {
  openOutputFile,
  reopenOutputFile,
  type FileIdentity,
  type OutputFile,
  type OutputFileOptions,
} from './output-file.js';

type Streams<Value> = { readonly stdout: Value; readonly stderr: Value };

/** The local files of one job's output, and how many bytes of each stream they hold. */
export class OutputFiles {
  readonly wants: Streams<boolean>;
  readonly #files: Streams<OutputFile | undefined>;
  readonly #written = { stdout: 0, stderr: 0 };
  #failure: unknown;

  private constructor(stdout: OutputFile | undefined, stderr: OutputFile | undefined) {
    this.#files = { stdout, stderr };
    this.wants = { stdout: stdout !== undefined, stderr: stderr !== undefined };
  }

  /** Opens what the plan names, and leaves what is in it; `undefined` where it names nothing. Both are opened or none. */
  static async open(plan: OutputPlan, options: Omit<OutputFileOptions, 'shared'>): Promise<OutputFiles | undefined> {
    const { stdout, stderr, joined } = plan;
    if (stdout === undefined && stderr === undefined) return undefined;
    const shared = { ...options, shared: joined };
    const out = stdout === undefined ? undefined : await openOutputFile('outputPath', stdout, shared);
    try {
      if (joined || stderr === undefined) return new OutputFiles(out, joined ? out : undefined);
      return new OutputFiles(out, await openOutputFile('errorPath', stderr, shared));
    } catch (error) {
      await out?.discard();
      throw error;
    }
  }

  /** Opens those of the plan's files that a tracker left incomplete; `undefined` where there are none. */
  static async reopen({ stdout, stderr, joined }: OutputPlan, job: string): Promise<OutputFiles | undefined> {
    const options = { job, shared: joined };
    const out = stdout === undefined ? undefined : await reopenOutputFile(stdout, options);
    try {
      const err = joined ? out : stderr === undefined ? undefined : await reopenOutputFile(stderr, options);
      return out || err ? new OutputFiles(out, err) : undefined;
    } catch (error) {
      await out?.close(true);
      throw error;
    }
  }

  /** Whether one of them is this file: whoever empties it destroys what was to be read. */
  includes({ dev, ino }: FileIdentity): boolean {
    return this.#distinct().some(({ identity }) => identity?.dev === dev && identity.ino === ino);
  }

  /** Empties them. */
  async begin(): Promise<void> {
    for (const file of this.#distinct()) await file.begin();
  }

  /** Takes back that they were opened. */
  async discard(): Promise<void> {
    for (const file of this.#distinct()) await file.discard().catch(() => undefined);
  }

  /** What went wrong while writing (a full disk); the job itself goes on. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Writes frames until their source ends. */
  async take(frames: AsyncIterable<OutputFrame>): Promise<void> {
    for await (const { stream, data } of frames) await this.#write(stream, data);
  }

  /** Writes frames of a source that started over: what is written already is passed by. */
  async takeAgain(frames: AsyncIterable<OutputFrame>): Promise<void> {
    if (this.#failure !== undefined) return;
    const catchUps = await this.#catchUps();
    for await (const { stream, data } of frames) {
      const missing = await catchUps[stream]?.feed(data);
      if (missing && missing.length > 0) await this.#write(stream, missing);
    }
    for (const stream of ['stdout', 'stderr'] as const) {
      const missing = await catchUps[stream]?.end();
      if (missing && missing.length > 0) await this.#write(stream, missing);
    }
  }

  /** Closes them. `left`: they are not complete, and the next tracker goes on. */
  async close(left = false): Promise<void> {
    for (const file of this.#distinct()) {
      await file.close(left).catch((error: unknown) => {
        this.#failure ??= error;
      });
    }
  }

  #distinct(): readonly OutputFile[] {
    return [...new Set([this.#files.stdout, this.#files.stderr])].filter((file) => file !== undefined);
  }

  async #catchUps(): Promise<Streams<LogCatchUp | undefined>> {
    const { stdout, stderr } = this.#files;
    const ofStdout = await stdout?.catchUp(this.#written.stdout);
    // A file of both streams begins again for both at once.
    return { stdout: ofStdout, stderr: stdout === stderr ? ofStdout : await stderr?.catchUp(this.#written.stderr) };
  }

  /** After a failed write the rest is read and dropped: a full disk here must not hold up the job. */
  async #write(stream: 'stdout' | 'stderr', data: Buffer): Promise<void> {
    this.#written[stream] += data.length;
    if (this.#failure !== undefined) return;
    try {
      await this.#files[stream]?.write(data);
    } catch (error) {
      this.#failure = error;
    }
  }
}

/** Those of the plan's paths that are files, which a lock can lie beside. */
export function outputPaths({ stdout, stderr }: OutputPlan): readonly string[] {
  const paths = new Set([stdout, stderr].filter((path) => path !== undefined));
  return [...paths].filter((path) => specialOutput(path) === undefined);
}
