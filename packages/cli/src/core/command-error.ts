/** What docker-tracker itself ends with; a job's own exit status is passed on beside these. */
export const EXIT = {
  /** The engine, or the state of a job, refused. */
  refused: 1,
  /** The command line cannot be understood. */
  usage: 2,
  /** As timeout(1) has it: what was waited for did not happen in time. */
  timeout: 124,
  /** As `docker run` has it: docker-tracker failed and not the job, so there is no exit status of a job to pass on. */
  ownFailure: 125,
  /** As `docker run` has it: the command cannot be invoked. */
  notInvocable: 126,
  /** As `docker run` has it: the command is not there. */
  notFound: 127,
} as const;

/** A failure that is told in two lines: what it is, and what to do. */
export class CommandError extends Error {
  static {
    this.prototype.name = 'CommandError';
  }
  /** What to do about it. */
  readonly advice: string;
  readonly exitCode: number;
  constructor(message: string, options: { readonly advice: string; readonly exitCode?: number }) {
    super(message);
    this.advice = options.advice;
    this.exitCode = options.exitCode ?? EXIT.refused;
  }
}

/** A command line that is understood as little by a person. */
export function usageError(message: string, advice: string): CommandError {
  return new CommandError(message, { exitCode: EXIT.usage, advice });
}
