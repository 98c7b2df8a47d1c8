import type { OutputFrame } from '@docker-tracker/engine-client';
import type { OutputPlan } from '../core/template/output-plan.js';
import { openOutputFile, type OutputFile } from './output-file.js';

/** The local files of one job's output, and how many bytes of each stream they hold. */
export class OutputFiles {
  readonly wants: { readonly stdout: boolean; readonly stderr: boolean };
  readonly #files: { readonly stdout: OutputFile | undefined; readonly stderr: OutputFile | undefined };
  readonly #written = { stdout: 0, stderr: 0 };
  #failure: unknown;

  private constructor(stdout: OutputFile | undefined, stderr: OutputFile | undefined) {
    this.#files = { stdout, stderr };
    this.wants = { stdout: stdout !== undefined, stderr: stderr !== undefined };
  }

  /** Opens what the plan names; `undefined` where it names nothing. Both are opened or none. */
  static async open(plan: OutputPlan): Promise<OutputFiles | undefined> {
    if (plan.stdout === undefined && plan.stderr === undefined) return undefined;
    const stdout = await openNamed('outputPath', plan.stdout);
    try {
      return new OutputFiles(stdout, plan.joined ? stdout : await openNamed('errorPath', plan.stderr));
    } catch (error) {
      await stdout?.close();
      throw error;
    }
  }

  /** What went wrong while writing (a full disk); the job itself goes on. */
  get failure(): unknown {
    return this.#failure;
  }

  /** Writes frames until their source ends. With `again` the source starts over: what is written already is passed by. */
  async take(frames: AsyncIterable<OutputFrame>, again = false): Promise<void> {
    const skip = again ? { ...this.#written } : { stdout: 0, stderr: 0 };
    for await (const { stream, data } of frames) {
      const passed = Math.min(skip[stream], data.length);
      skip[stream] -= passed;
      if (passed < data.length) await this.#write(stream, data.subarray(passed));
    }
  }

  async close(): Promise<void> {
    const files = new Set([this.#files.stdout, this.#files.stderr]);
    for (const file of files) {
      await file?.close().catch((error: unknown) => {
        this.#failure ??= error;
      });
    }
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

async function openNamed(attribute: string, path: string | undefined): Promise<OutputFile | undefined> {
  return path === undefined ? undefined : openOutputFile(attribute, path);
}
