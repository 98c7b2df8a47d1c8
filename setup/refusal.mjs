/**
 * A machine or a setting with which the commands cannot work. The message is one line that says what
 * to do; the commands print it without a stack and end with exit code 2.
 */
export class Refusal extends Error {
  /** @override */
  name = 'Refusal';
  exitCode = 2;
}
