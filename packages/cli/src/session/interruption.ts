import { constants } from 'node:os';

/** A signal asked us to end; the exit code is the one that a shell gives to it. */
export class Interruption extends Error {
  readonly exitCode: number;
  constructor(signal: NodeJS.Signals) {
    super(`interrupted by ${signal}`);
    this.exitCode = signalExitCode(signal);
  }
}

export function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + constants.signals[signal];
}

const SIGNALS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/**
 * Aborts at the first SIGINT, SIGTERM or SIGHUP; the second leaves at once, whatever is under way.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    process.on(signal, () => {
      if (controller.signal.aborted) process.exit(signalExitCode(signal));
      controller.abort(new Interruption(signal));
    });
  }
  return controller.signal;
}
