import { DockerTracker } from '@docker-tracker/tracker';
import { EngineProxy } from '../engine-proxy/index.js';
import type { FakeEngine } from '../fake-engine/index.js';

const COMMANDS = new Set(['POST', 'PUT', 'DELETE']);

/**
 * A tracker that is as good as killed after so many of its commands were carried out: the next one never reaches the engine, and no
 * answer reaches the tracker any more.
 */
export class CutOffTracker implements AsyncDisposable {
  readonly tracker: DockerTracker;
  readonly #fake: FakeEngine;
  readonly #proxy: EngineProxy;
  readonly #last: number;
  readonly #hold;
  #isAlive = true;

  static async open(fake: FakeEngine, session: string, commands: number): Promise<CutOffTracker> {
    const proxy = await EngineProxy.start({ upstream: fake.host });
    const tracker = await DockerTracker.open({ session, host: proxy.host, network: 'none' });
    return new CutOffTracker(fake, proxy, tracker, commands);
  }

  private constructor(fake: FakeEngine, proxy: EngineProxy, tracker: DockerTracker, commands: number) {
    this.#fake = fake;
    this.#proxy = proxy;
    this.tracker = tracker;
    this.#last = commands;
    fake.clearRequests();
    let sent = 0;
    const isTooMany = ({ method }: { method: string }): boolean =>
      this.#isAlive && COMMANDS.has(method) && (sent += 1) > commands;
    this.#hold = fake.hold(isTooMany, { when: 'arrived' });
  }

  /** Resolves with true once it is cut off; with false when the work is done before. */
  async isCutOff(work: Promise<unknown>): Promise<boolean> {
    const done = work.then(
      () => false,
      () => true,
    );
    if (!(await Promise.race([this.#hold.first.then(() => true), done]))) return false;
    const carriedOut = this.#fake.requests.filter(({ method }) => COMMANDS.has(method)).slice(0, this.#last);
    while (carriedOut.some(({ status }) => status === undefined)) await new Promise(setImmediate);
    this.#isAlive = false;
    await this.#proxy.down();
    return true;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#isAlive = false;
    await this.#proxy.close();
    await this.tracker.close();
  }
}
