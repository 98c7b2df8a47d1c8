import { constants } from 'node:os';

/** Why the example is cut short; the exit code is the shell's own for that signal. */
export class Interruption extends Error {
  readonly exitCode: number;

  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.exitCode = 128 + constants.signals[signal];
  }
}

/**
 * Aborts at Ctrl-C, SIGTERM, a closed terminal, and when nobody reads our output any more: then the jobs are still to
 * be removed, and that must not end with the default action of a signal.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  const interrupt = (signal: NodeJS.Signals): void => {
    controller.abort(new Interruption(signal));
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, interrupt);
  process.stdout.on('error', () => {
    interrupt('SIGPIPE');
  });
  return controller.signal;
}
