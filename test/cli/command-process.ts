import { spawn, type ChildProcessByStdio } from 'node:child_process';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Readable, Writable } from 'node:stream';

/** The command as it was built. */
export const COMMAND = join(
  dirname(createRequire(import.meta.url).resolve('docker-tracker/package.json')),
  'dist/bin.js',
);
/** A command that hangs is killed, and its test fails by the signal. */
const LIMIT_MS = 45_000;

export interface CommandOptions {
  readonly session: string;
  readonly environment?: Readonly<Record<string, string>>;
  /** For standard input, which ends with it. Default: nothing. */
  readonly input?: string | Buffer;
}

export interface CommandEnd {
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One run of docker-tracker; killed at the end of its scope if it is still there. */
export class CommandProcess implements Disposable {
  readonly process: ChildProcessByStdio<Writable, Readable, Readable>;
  readonly end: Promise<CommandEnd>;
  readonly #stdout: Buffer[] = [];
  readonly #stderr: Buffer[] = [];

  constructor(words: readonly string[], { session, environment, input = '' }: CommandOptions) {
    this.process = spawn(process.execPath, [COMMAND, ...words], {
      env: { ...process.env, DOCKER_TRACKER_SESSION: session, NO_COLOR: '1', ...environment },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    const timer = setTimeout(() => this.process.kill('SIGKILL'), LIMIT_MS);
    this.process.stdout.on('data', (data: Buffer) => this.#stdout.push(data));
    this.process.stderr.on('data', (data: Buffer) => this.#stderr.push(data));
    // Who does not read its input is no failure.
    this.process.stdin.on('error', () => undefined);
    this.process.stdin.end(input);
    this.end = new Promise((resolve, reject) => {
      this.process.once('error', reject);
      this.process.once('close', (exitCode, signal) => {
        clearTimeout(timer);
        resolve({ stdout: Buffer.concat(this.#stdout), stderr: this.stderr, exitCode, signal });
      });
    });
    this.end.catch(() => undefined);
  }

  get stdout(): string {
    return Buffer.concat(this.#stdout).toString();
  }

  get stderrBytes(): Buffer {
    return Buffer.concat(this.#stderr);
  }

  get stderr(): string {
    return Buffer.concat(this.#stderr).toString();
  }

  /** Resolves once standard output or error matches; rejects if the command ends before. */
  async says(pattern: RegExp): Promise<void> {
    const { stdout, stderr } = this.process;
    await new Promise<void>((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.stdout + this.stderr)) return;
        stdout.off('data', look);
        stderr.off('data', look);
        resolve();
      };
      stdout.on('data', look);
      stderr.on('data', look);
      look();
      void this.end.then(({ exitCode }) => {
        reject(
          new Error(`ended with ${String(exitCode)} before it said ${String(pattern)}: ${this.stdout}${this.stderr}`),
        );
      }, reject);
    });
  }

  [Symbol.dispose](): void {
    this.process.kill('SIGKILL');
  }
}

/** Runs docker-tracker to its end. */
export async function command(
  words: readonly string[],
  options: CommandOptions,
): Promise<{ readonly stdout: string; readonly stderr: string; readonly exitCode: number | null }> {
  using run = new CommandProcess(words, options);
  const { stdout, stderr, exitCode } = await run.end;
  return { stdout: stdout.toString(), stderr, exitCode };
}
