import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { JobTemplate, TaskIndices } from '@docker-tracker/tracker';
import { engineHost } from './rig.js';

export const SUBMITTING_PROGRAM = programOf('submitting-program.mjs');
const SESSION_PROGRAM = programOf('session-program.mjs');

/** Another process that submitted a job. */
export class SubmittingProcess implements AsyncDisposable {
  readonly id: string;
  readonly #child;
  readonly #lines;

  /** It embeds a tracker. */
  static start(
    session: string,
    template: JobTemplate,
    then: 'stay' | 'wait' | TaskIndices = 'stay',
  ): Promise<SubmittingProcess> {
    const words = typeof then === 'string' ? then : JSON.stringify(then);
    return SubmittingProcess.#run(SUBMITTING_PROGRAM, [session, JSON.stringify(template), words]);
  }

  /** It created a job session of DRMAA2 that the folder remembers. */
  static startSession(folder: string, name: string, template: JobTemplate): Promise<SubmittingProcess> {
    return SubmittingProcess.#run(SESSION_PROGRAM, [folder, name, JSON.stringify(template)]);
  }

  static async #run(program: string, words: readonly string[]): Promise<SubmittingProcess> {
    const child = spawn(process.execPath, [program, engineHost(), ...words], { stdio: ['ignore', 'pipe', 'inherit'] });
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

function programOf(name: string): string {
  return fileURLToPath(new URL(name, import.meta.url));
}
