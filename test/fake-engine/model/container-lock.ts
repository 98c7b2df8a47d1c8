/** The container's mutex: operations and inspect wait for one another, in the order in which they asked. */
export class ContainerLock {
  #tail: Promise<void> = Promise.resolve();

  async run<Result>(work: () => Promise<Result> | Result): Promise<Result> {
    const before = this.#tail;
    let release = (): void => undefined;
    this.#tail = new Promise((resolve) => {
      release = resolve;
    });
    await before;
    try {
      return await work();
    } finally {
      release();
    }
  }
}
