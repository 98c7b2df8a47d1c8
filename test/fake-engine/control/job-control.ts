import type { Container } from '../model/container.js';
import type { OutputStream } from '../model/container-output.js';
import { createContainer, type CreateBody } from '../model/create-container.js';
import { destroyContainer } from '../model/destroy-container.js';
import type { EngineModel, StartFailure } from '../model/engine-model.js';
import { pauseContainer, unpauseContainer } from '../model/freeze-container.js';
import { probe, setHealth } from '../model/health.js';
import { restartByPolicy, endRun, startContainer } from '../model/run-container.js';
import { deliver } from '../model/signal-container.js';
import { parseSignal } from '../model/signals.js';
import type { EndedMeanwhile } from '../model/restart-engine.js';

/** What happens inside the containers, played by the test. All take an id, an id prefix or a name. */
export class JobControl {
  readonly #model: EngineModel;
  /** Ends that the engine learns of at its next start. */
  readonly endedMeanwhile = new Map<string, EndedMeanwhile>();

  constructor(model: EngineModel) {
    this.#model = model;
  }

  container(reference: string): Container {
    return this.#model.containers.find(reference);
  }

  /**
   * The job ends. Settles after `die`; with the engine down, the end is found at its next start, and told then if `lateDie`
   * says with which code: a killed 20.10 does so of some jobs, with the job's own code or with 255.
   */
  async exit(reference: string, exitCode = 0, { lateDie }: { readonly lateDie?: number } = {}): Promise<void> {
    const container = this.container(reference);
    const finishedAt = this.#model.clock.now();
    if (lateDie !== undefined && !(this.#model.isDown && this.#model.profile.tellsLateDies))
      throw new TypeError(`lateDie needs an engine 20.10 that is down, this is ${this.#model.profile.name}`);
    if (this.#model.isDown) this.endedMeanwhile.set(container.id, { exitCode, finishedAt, lateDie });
    else await endRun(this.#model, container, container.process, exitCode);
  }

  /** With the engine down: the task is gone, as after a reboot of the host; 20.10 has 0 of it if containerd's record went with it. */
  vanish(reference: string, exitCode: 255 | 0 = 255): void {
    this.endedMeanwhile.set(this.container(reference).id, { exitCode, finishedAt: this.#model.clock.now() });
  }

  /** The kernel kills the job, or (`child`) only a process beside it. */
  async oom(reference: string, options: { readonly child?: boolean } = {}): Promise<void> {
    const container = this.container(reference);
    container.oomKilled = true;
    container.save();
    await this.#model.publishContainer(container, 'oom');
    if (options.child !== true) await this.exit(reference, 137);
  }

  write(reference: string, stream: OutputStream, text: string | Uint8Array): void {
    const bytes = typeof text === 'string' ? Buffer.from(text) : Buffer.from(text);
    this.container(reference).output.write(stream, bytes, () => this.#model.clock.now());
  }

  /** A signal sent on the host, past the API: only a resulting death shows. */
  signalFromHost(reference: string, signal: string): void {
    deliver(this.#model, this.container(reference), parseSignal(signal) ?? 0);
  }

  /** Starts a container in back-off at once. */
  async policyRestart(reference: string): Promise<void> {
    await restartByPolicy(this.#model, this.container(reference));
  }

  failNextStart(reference: string, failure: Partial<StartFailure> = {}): void {
    this.#model.startFailures.set(this.container(reference).id, {
      status: failure.status ?? 500,
      exitCode: failure.exitCode ?? 128,
      message: failure.message ?? 'failed to create task for container: no space left on device',
    });
  }

  async health(reference: string, status: 'healthy' | 'unhealthy'): Promise<void> {
    await setHealth(this.#model, this.container(reference), status);
  }

  /** One health check: three exec events, each a slot of the ring. */
  async probe(reference: string, isGood = true): Promise<void> {
    await probe(this.#model, this.container(reference), isGood);
  }

  /** Behind every client's back. Answers the id. */
  async create(body: CreateBody & { readonly name?: string }): Promise<string> {
    const { name, ...rest } = body;
    return (await createContainer(this.#model, name, rest)).id;
  }

  async start(reference: string): Promise<void> {
    await startContainer(this.#model, this.container(reference));
  }

  async pause(reference: string): Promise<void> {
    await pauseContainer(this.#model, this.container(reference));
  }

  async unpause(reference: string): Promise<void> {
    await unpauseContainer(this.#model, this.container(reference));
  }

  /** The record is gone without any event, as when the host's disk was restored while the engine was down. */
  async forget(reference: string): Promise<void> {
    const container = this.container(reference);
    if (this.#model.isDown) this.#model.containers.remove(container);
    else await destroyContainer(this.#model, container);
  }
}
