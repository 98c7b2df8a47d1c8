import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { readFileSync } from 'node:fs';
import type { Readable, Writable } from 'node:stream';
import xterm from '@xterm/headless';
import { COMMAND } from './command-process.js';

/** A command that hangs is killed, and its test fails by what its screen did not show. */
const LIMIT_MS = 60_000;

export interface TerminalOptions {
  readonly session: string;
  readonly columns?: number;
  readonly rows?: number;
  readonly environment?: Readonly<Record<string, string>>;
}

/** docker-tracker in a pseudo terminal of util-linux' `script`, and what a terminal would show of it. */
export class Terminal implements AsyncDisposable {
  readonly emulator: xterm.Terminal;
  /** Resolves with the exit code. */
  readonly end: Promise<number | null>;
  readonly #script: ChildProcessByStdio<Writable, Readable, Readable>;
  #drawn: (() => void)[] = [];

  constructor(words: readonly string[], { session, columns = 100, rows = 30, environment }: TerminalOptions) {
    this.emulator = new xterm.Terminal({ cols: columns, rows, allowProposedApi: true });
    const line = [process.execPath, COMMAND, ...words].map((word) => `'${word.replaceAll("'", "'\\''")}'`).join(' ');
    const inner = `stty cols ${String(columns)} rows ${String(rows)}; exec ${line}`;
    this.#script = spawn('script', ['-qfec', inner, '/dev/null'], {
      env: { ...process.env, TERM: 'xterm-256color', NO_COLOR: '', DOCKER_TRACKER_SESSION: session, ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#script.stdin.on('error', () => undefined);
    this.#script.stdout.on('data', (data: Buffer) => {
      this.emulator.write(data, () => {
        for (const look of this.#drawn) look();
      });
    });
    const timer = setTimeout(() => this.#script.kill('SIGKILL'), LIMIT_MS);
    this.end = new Promise((resolve, reject) => {
      this.#script.once('error', reject);
      this.#script.once('close', (exitCode) => {
        clearTimeout(timer);
        // What came last is on the screen only now.
        this.emulator.write('', () => {
          resolve(exitCode);
        });
      });
    });
    this.end.catch(() => undefined);
  }

  /** What the screen shows, its empty last lines left out. */
  get text(): string {
    const { active } = this.emulator.buffer;
    const lines = Array.from({ length: this.emulator.rows }, (_, at) =>
      active.getLine(active.viewportY + at)?.translateToString(true),
    );
    return lines.join('\n').trimEnd();
  }

  /** Whether a full screen program has the terminal. */
  get fullScreen(): boolean {
    return this.emulator.buffer.active.type === 'alternate';
  }

  type(text: string): void {
    this.#script.stdin.write(text);
  }

  /** To the command itself, if it is still there. */
  signal(signal: NodeJS.Signals): void {
    const pid = String(this.#script.pid);
    if (this.#script.exitCode !== null) return;
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').trim();
    for (const child of children.split(' ').filter((word) => word !== '')) process.kill(Number(child), signal);
  }

  /** Resolves with the screen once it matches; rejects if the command ends before. */
  shows(pattern: RegExp): Promise<string> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        const { text } = this;
        if (!pattern.test(text)) return;
        this.#drawn = this.#drawn.filter((other) => other !== look);
        resolve(text);
      };
      this.#drawn.push(look);
      look();
      void this.end.then((exitCode) => {
        reject(new Error(`ended with ${String(exitCode)} before it showed ${String(pattern)}:\n${this.text}`));
      }, reject);
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.signal('SIGKILL');
    this.#script.kill('SIGKILL');
    await this.end.catch(() => undefined);
    this.emulator.dispose();
  }
}
