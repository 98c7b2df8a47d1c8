import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import type { JobTemplate } from '@docker-tracker/tracker';
import { engineHost } from './rig.js';

const PROGRAM = fileURLToPath(new URL('session-program.mjs', import.meta.url));

/** Another process that created a job session, submitted one job, and stays. */
export class SessionProcess implements AsyncDisposable {
  readonly #child: ChildProcessByStdio<null, Readable, null>;

  constructor(folder: string, sessionName: string, template: JobTemplate) {
    const argumentsOf = [PROGRAM, engineHost(), folder, sessionName, JSON.stringify(template)];
    this.#child = spawn(process.execPath, argumentsOf, { stdio: ['ignore', 'pipe', 'inherit'] });
  }

  /** What it says first. */
  async jobId(): Promise<string> {
    for await (const line of createInterface(this.#child.stdout)) return line;
    throw new Error('the submitting process ended before it had submitted');
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
