import { once } from 'node:events';
import { signalExitCode } from '../session/interruption.js';

/** Whoever read our output has gone: end as a program does that SIGPIPE ends, and say nothing. */
export function endWithReaders(): void {
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (error: NodeJS.ErrnoException) => {
      process.exit(error.code === 'EPIPE' ? signalExitCode('SIGPIPE') : 1);
    });
  }
}

/** Writes bytes as they are, and resolves when there is room for more. */
export async function writeBytes(stream: NodeJS.WriteStream, data: Uint8Array | string): Promise<void> {
  if (!stream.write(data)) await once(stream, 'drain');
}

export function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

/** For people who look on; never part of an answer. */
export function note(line: string): void {
  process.stderr.write(`docker-tracker: ${line}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value));
}
