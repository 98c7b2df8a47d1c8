import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobTemplate, TaskIndices } from '@docker-tracker/tracker';
import { engineHost } from './rig.js';

export const SUBMITTING_PROGRAM = fileURLToPath(new URL('submitting-program.mjs', import.meta.url));

/** Another process that embeds a tracker and submitted a job. */
export class SubmittingProcess implements AsyncDisposable {
  readonly id: string;
  readonly #child;
  readonly #lines;

  static async start(
    session: string,
    template: JobTemplate,
    then: 'stay' | 'wait' | TaskIndices = 'stay',
  ): Promise<SubmittingProcess> {
    const argumentsOf = [
      SUBMITTING_PROGRAM,
      engineHost(),
      session,
      JSON.stringify(template),
      typeof then === 'string' ? then : JSON.stringify(then),
    ];
    const child = spawn(process.execPath, argumentsOf, { stdio: ['ignore', 'pipe', 'inherit'] });
    const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
    const first = await lines.next();
    if (first.done === true) throw new Error('the submitting process ended before it had submitted');
    return new SubmittingProcess(child, lines, first.value);
  }

  private constructor(child: ReturnType<typeof spawn>, lines: AsyncIterator<string>, id: string) {
    this.#child = child;
    this.#lines = lines;
    this.id = id;
  }

  /** What it says next. */
  async line(): Promise<string> {
    const next = await this.#lines.next();
    if (next.done === true) throw new Error('the submitting process ended without a word');
    return next.value;
  }

  /** As a crash, or the kernel, ends it. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.kill();
  }
}
