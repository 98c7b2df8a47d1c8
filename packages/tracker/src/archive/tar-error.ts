/** An archive that is not one, or that asks for what is refused. */
export class TarError extends Error {
  static {
    this.prototype.name = 'TarError';
  }
}
