/** What shows the jobs while they run, until it is told that they are over. */
export interface Drawing {
  /** Shows how it ended, and stops. */
  finish(): void;
}
