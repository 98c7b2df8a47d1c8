import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { JobControlAction, JobTemplate, TaskIndices } from '@docker-tracker/tracker';
import { engineHost } from './rig.js';

const PROGRAM = fileURLToPath(new URL('racing-program.mjs', import.meta.url));
const LONGEST_MS = 180_000;

/** `STATE SUB-STATE EXIT-STATUS` by id. */
export type RestView = Readonly<Record<string, string>>;

export interface RaceHistory {
  /** Transitions whose `from` is not the last `to`. */
  readonly breaks: readonly string[];
  /** How many endings were told, by id. */
  readonly endings: Readonly<Record<string, number>>;
}

interface Answer {
  readonly call: number;
  readonly value?: unknown;
  readonly error?: { readonly code: string; readonly message: string };
}

/** A tracker in a process of its own, told over the process's channel what to do. */
export class RacingProcess implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #open = new Map<number, (answer: Answer) => void>();
  #calls = 0;

  static async start(session: string, host = engineHost()): Promise<RacingProcess> {
    const child = fork(PROGRAM, [host, session], { execArgv: [] });
    const gone = once(child, 'exit').then(() => {
      throw new Error('the racing process ended before its tracker was open');
    });
    await Promise.race([once(child, 'message'), gone]);
    gone.catch(() => undefined);
    return new RacingProcess(child);
  }

  private constructor(child: ChildProcess) {
    this.#child = child;
    child.on('message', (answer: Answer) => this.#open.get(answer.call)?.(answer));
    child.on('exit', () => {
      for (const [call, answer] of this.#open)
        answer({ call, error: { code: 'Gone', message: 'the racing process is gone' } });
    });
  }

  async array(template: JobTemplate, range: TaskIndices): Promise<readonly string[]> {
    return JSON.parse((await this.#call('array', [template, range])) as string) as string[];
  }

  async job(template: JobTemplate): Promise<string> {
    return (await this.#call('job', [template])) as string;
  }

  /** Resolves with `done`, or the code of the error. */
  async control(id: string, action: JobControlAction): Promise<string> {
    const { error } = await this.#answer('control', [id, action]);
    return error?.code ?? 'done';
  }

  async rest(count: number, withinMs: number): Promise<RestView> {
    return (await this.#call('rest', [count, withinMs])) as RestView;
  }

  async history(): Promise<RaceHistory> {
    return (await this.#call('history', [])) as RaceHistory;
  }

  /** As a crash, or the kernel, ends it: calls that are not answered reject. */
  async kill(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    this.#child.kill('SIGKILL');
    await exited;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const exited = once(this.#child, 'exit');
    const overdue = setTimeout(() => this.#child.kill('SIGKILL'), 15_000);
    this.#child.disconnect();
    await exited;
    clearTimeout(overdue);
  }

  async #call(what: string, given: readonly unknown[]): Promise<unknown> {
    const { value, error } = await this.#answer(what, given);
    if (error) throw new Error(`${what}: ${error.code}: ${error.message}`);
    return value;
  }

  #answer(what: string, given: readonly unknown[]): Promise<Answer> {
    const call = (this.#calls += 1);
    return new Promise((resolve, reject) => {
      const overdue = setTimeout(() => {
        this.#open.delete(call);
        reject(new Error(`${what} ${JSON.stringify(given)} was not answered in ${String(LONGEST_MS)} ms`));
      }, LONGEST_MS);
      this.#open.set(call, (answer) => {
        clearTimeout(overdue);
        this.#open.delete(call);
        resolve(answer);
      });
      this.#child.send({ call, what, given });
    });
  }
}
