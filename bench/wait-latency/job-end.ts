/** A command and its arguments. */
export type RunCommand = readonly [string, ...string[]];

/** When a measured process knew that the job had ended, on the wall clock. */
export interface EndOfJob {
  readonly id: string;
  readonly knownAtMs: number;
}
