/** The patches that went out last, each under an id, so that a page which was away can be told what it missed. */
export class PatchHistory {
  readonly #epoch: string;
  readonly #most: number;
  readonly #mostBytes: number;
  readonly #frames: string[] = [];
  #first = 1;
  #bytes = 0;

  /** @param epoch - Tells this history's ids from those of a server that was here before. */
  constructor(epoch: string, { most, mostBytes }: { readonly most: number; readonly mostBytes: number }) {
    this.#epoch = epoch;
    this.#most = most;
    this.#mostBytes = mostBytes;
  }

  /** Number of the newest patch; 0 before the first. */
  get newest(): number {
    return this.#first + this.#frames.length - 1;
  }

  idOf(number: number): string {
    return `${this.#epoch}-${String(number)}`;
  }

  /** @param makeFrame - Gets the id that the frame will have. */
  add(makeFrame: (id: string) => string): void {
    const frame = makeFrame(this.idOf(this.newest + 1));
    this.#frames.push(frame);
    this.#bytes += frame.length;
    while (this.#frames.length > this.#most || (this.#bytes > this.#mostBytes && this.#frames.length > 1)) {
      this.#bytes -= this.#frames.shift()!.length;
      this.#first += 1;
    }
  }

  /** The patch of that number, if it is still remembered. */
  frame(number: number): string | undefined {
    return this.#frames[number - this.#first];
  }

  /** The number in an id, if all that came after it is still remembered. */
  resumable(id: string | undefined): number | undefined {
    const number = Number(new RegExp(`^${this.#epoch}-(\\d{1,15})$`).exec(id ?? '')?.[1] ?? Number.NaN);
    return number >= this.#first - 1 && number <= this.newest ? number : undefined;
  }
}
