/** A refusal, with the status and the words the engine would use. */
export class EngineFailure extends Error {
  static {
    this.prototype.name = 'EngineFailure';
  }
  readonly status: number;

  constructor(status: number, message: string) {
    super(message);
    this.status = status;
  }
}
