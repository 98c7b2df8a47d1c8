import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { JobControl } from './control/job-control.js';
import { ObservedEngine } from './control/observed-engine.js';
import { ManualClock, SystemClock, type EngineClock } from './engine-clock.js';
import { ENGINE_PROFILES, type EngineName } from './engine-profile.js';
import { ENGINE_EVENT_LIMITS, EventBus, type EventLimits } from './events/event-bus.js';
import type { EngineEvent } from './events/engine-event.js';
import { EngineModel } from './model/engine-model.js';
import { KNOWN_COMMANDS } from './model/program.js';
import { restoreEngineContainers, stopEngineContainers, type EngineStop } from './model/restart-engine.js';
import { engineRoutes } from './routes/engine-routes.js';
import { EngineServer } from './server/engine-server.js';
import type { StatsSample } from './views/stats-view.js';

export interface FakeEngineOptions {
  /** @default '20.10' */
  readonly engine?: EngineName;
  /** Installed images. @default busybox:latest and docker-tracker/busybox:test */
  readonly images?: readonly string[];
  /** `manual` moves only by `advance`. @default 'system' */
  readonly clock?: 'system' | 'manual' | EngineClock;
  readonly limits?: Partial<EventLimits>;
  /** Programs that start; any other Cmd[0] fails with 127. */
  readonly commands?: readonly string[];
  /** How long the list lags where the engine saves after the event. @default 5 */
  readonly replicaLagMs?: number;
  readonly liveRestore?: boolean;
  /** `tcp` listens on a free port of the loopback. @default 'unix' */
  readonly listen?: 'unix' | 'tcp';
}

/** An engine in memory behind a real socket, with the real one's limits, orderings and wording, and with faults. */
export class FakeEngine extends ObservedEngine implements AsyncDisposable {
  readonly model: EngineModel;
  readonly jobs: JobControl;
  readonly clock: EngineClock;
  readonly #folder: string;
  readonly #address: string | number;
  readonly #server: EngineServer;
  readonly #stats = new Map<string, StatsSample>();
  #host = '';
  #subscriptionGate: Promise<void> | undefined;

  static async start(options: FakeEngineOptions = {}): Promise<FakeEngine> {
    const folder = await mkdtemp(join(tmpdir(), 'fake-engine-'));
    const fake = new FakeEngine(options, folder);
    fake.#host = await fake.#server.listen(fake.#address);
    return fake;
  }

  private constructor(options: FakeEngineOptions, folder: string) {
    super();
    this.#folder = folder;
    this.#address = options.listen === 'tcp' ? 0 : join(folder, 'engine.sock');
    this.clock = chooseClock(options.clock ?? 'system');
    this.model = new EngineModel({
      profile: ENGINE_PROFILES[options.engine ?? '20.10'],
      clock: this.clock,
      bus: new EventBus(this.clock, { ...ENGINE_EVENT_LIMITS, ...options.limits }),
      commands: options.commands ?? KNOWN_COMMANDS,
      replicaLagMs: options.replicaLagMs ?? 5,
      liveRestore: options.liveRestore ?? false,
    });
    for (const image of options.images ?? ['busybox:latest', 'docker-tracker/busybox:test'])
      this.model.images.add(image, { createdAt: this.clock.now(), config: { Cmd: ['sh'] } });
    this.jobs = new JobControl(this.model);
    this.#server = new EngineServer({
      model: this.model,
      log: this.log,
      faults: this.faults,
      handlers: engineRoutes(this.model, {
        beforeSubscribe: () => this.#subscriptionGate,
        sampleOf: (id) => this.#stats.get(id) ?? {},
      }),
    });
  }

  /** `unix:///…` or `tcp://127.0.0.1:…`. */
  get host(): string {
    return this.#host;
  }

  get openSockets(): number {
    return this.#server.openSockets;
  }

  get openEventStreams(): number {
    return this.#server.openEventStreams;
  }

  /** Events that slow subscribers never got, over the streams that are open now. */
  get droppedEvents(): number {
    return this.model.bus.subscriptions.reduce((sum, { dropped }) => sum + dropped, 0);
  }

  /** Settles once so many event streams are not only answered but subscribed. */
  waitForSubscriptions(count = 1): Promise<void> {
    return this.model.bus.whenSubscribed(count);
  }

  /** The next event made by the engine from now on, delivered or not. */
  nextEvent(matches: (event: EngineEvent) => boolean): Promise<EngineEvent> {
    return new Promise((resolve) => {
      const stop = this.model.bus.listen((event) => {
        if (!matches(event)) return;
        stop();
        resolve(event);
      });
    });
  }

  exit(reference: string, exitCode = 0, options: { readonly lateDie?: number } = {}): Promise<void> {
    return this.jobs.exit(reference, exitCode, options);
  }

  oom(reference: string, options: { readonly child?: boolean } = {}): Promise<void> {
    return this.jobs.oom(reference, options);
  }

  write(reference: string, stream: 'stdout' | 'stderr', text: string | Uint8Array): void {
    this.jobs.write(reference, stream, text);
  }

  policyRestart(reference: string): Promise<void> {
    return this.jobs.policyRestart(reference);
  }

  setStats(reference: string, sample: StatsSample): void {
    this.#stats.set(this.model.containers.find(reference).id, sample);
  }

  /** Moves a manual clock. */
  advance(byMs: number): void {
    if (!(this.clock instanceof ManualClock)) throw new TypeError("advance() needs the option clock: 'manual'");
    this.clock.advance(byMs);
  }

  /** Any event, by the engine's own way: ring, filters, subscribers. */
  emit(event: Omit<EngineEvent, 'timeNano' | 'scope'> & Partial<EngineEvent>): Promise<void> {
    return this.model.bus.publish({ scope: 'local', ...event });
  }

  /** Sends the newest event (or the one given) a second time, as subscribers can really see it. */
  async duplicate(event: EngineEvent | undefined = this.model.bus.history.at(-1)): Promise<void> {
    if (event !== undefined) await this.model.bus.deliver(event);
  }

  /** A line that no engine would send. */
  garble(raw = '{"Type":"container","Action":\n'): void {
    this.model.bus.writeRaw(raw);
  }

  /** Keeps new event streams between header and subscription until released. */
  holdSubscriptions(): { release(): void } {
    return this.#gate((gate) => {
      this.#subscriptionGate = gate;
    });
  }

  /** Keeps late saves from the list until released: it stays one step behind. */
  holdReplica(): { release(): void } {
    return this.#gate((gate) => {
      this.model.replicaHold = gate;
    });
  }

  /** Cuts all event streams at their sockets. */
  cutStreams(): void {
    this.#server.cutEventStreams();
  }

  /** Cuts every connection, whatever runs on it. */
  cutAll(): void {
    this.#server.cutAll();
  }

  /** Ends the event streams with a clean end of body; the ring stays. */
  endStreams(): void {
    for (const subscription of this.model.bus.subscriptions) this.model.bus.unsubscribe(subscription);
  }

  /** The engine goes down: gracefully, or by SIGKILL. Connections are cut; containers fare as the facts say. */
  async stop(options: EngineStop = {}): Promise<void> {
    await stopEngineContainers(this.model, options);
    this.model.bus.forget();
    await this.#server.close();
  }

  /** The engine comes up again at the same address: containers are restored before the API answers. */
  async resume(options: EngineStop = {}): Promise<void> {
    const { endedMeanwhile } = this.jobs;
    await restoreEngineContainers(this.model, { ...options, endedMeanwhile });
    endedMeanwhile.clear();
    const port = Number(new URL(this.#host).port);
    await this.#server.listen(typeof this.#address === 'string' ? this.#address : port);
  }

  async restart(options: EngineStop = {}): Promise<void> {
    await this.stop(options);
    await this.resume(options);
  }

  async close(): Promise<void> {
    this.faults.clear();
    this.clock.dispose();
    this.model.bus.forget();
    await this.#server.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #gate(set: (gate: Promise<void> | undefined) => void): { release(): void } {
    let open = (): void => undefined;
    set(
      new Promise<void>((resolve) => {
        open = resolve;
      }),
    );
    return {
      release: () => {
        set(undefined);
        open();
      },
    };
  }
}

function chooseClock(clock: 'system' | 'manual' | EngineClock): EngineClock {
  if (clock === 'system') return new SystemClock();
  return clock === 'manual' ? new ManualClock() : clock;
}
