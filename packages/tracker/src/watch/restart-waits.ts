import type { Engine } from '@docker-tracker/engine-client';

/**
 * A job in restart back-off that is killed there ends without any event, so one `wait` stays open for each such job.
 * It is closed by the job's next start. @source engine-facts 3.7
 */
export class RestartWaits {
  readonly #engine: Engine;
  readonly #ended: (id: string) => void;
  readonly #open = new Map<string, AbortController>();

  /** `ended` is called when the engine says that the job is not running any more, or does not know it. */
  constructor(engine: Engine, ended: (id: string) => void) {
    this.#engine = engine;
    this.#ended = ended;
  }

  watch(id: string): void {
    if (this.#open.has(id)) return;
    const controller = new AbortController();
    this.#open.set(id, controller);
    void this.#wait(id, controller.signal)
      .then(
        () => true,
        // A broken connection tells nothing; the next sync opens the wait again.
        () => false,
      )
      .then((told) => {
        if (this.#open.get(id) !== controller) return;
        this.#open.delete(id);
        if (told) this.#ended(id);
      });
  }

  unwatch(id: string): void {
    const controller = this.#open.get(id);
    this.#open.delete(id);
    controller?.abort();
  }

  close(): void {
    for (const id of this.#open.keys()) this.unwatch(id);
  }

  async #wait(id: string, signal: AbortSignal): Promise<void> {
    const armed = await this.#engine.containers.wait(id, { condition: 'not-running', signal });
    await armed.exited;
  }
}
