import { randomBytes } from 'node:crypto';
import { Engine, type EngineError } from '@docker-tracker/engine-client';
import {
  DockerTracker,
  type DockerTrackerOptions,
  type Freshness,
  type JobSnapshot,
  type JobTemplate,
} from '@docker-tracker/tracker';
import { firstValueFrom, skipWhile } from 'rxjs';
import { expect } from 'vitest';
import { EngineProxy } from '../engine-proxy/index.js';
import { FakeEngine, type FakeEngineOptions } from '../fake-engine/index.js';
import { TransitionLedger } from './transition-ledger.js';

export const IMAGE = 'busybox:latest';
export const SESSION_LABEL = 'drmaa2_jobsession';
export const ENDS = ['Done', 'Failed'] as const;

export type RigOptions = FakeEngineOptions & {
  /** With a proxy between the tracker and the engine. */
  readonly proxied?: boolean;
  readonly tracker?: Partial<DockerTrackerOptions>;
};

/** A session that is open on a fake engine. */
export class Rig implements AsyncDisposable {
  static async open({ proxied, tracker: choices, ...options }: RigOptions = {}): Promise<Rig> {
    const fake = await FakeEngine.start(options);
    const proxy = proxied === true ? await EngineProxy.start({ upstream: fake.host }) : undefined;
    return await Rig.on(fake, choices, proxy);
  }

  /** On an engine that was started before, and ends with the rig. */
  static async on(fake: FakeEngine, choices?: RigOptions['tracker'], proxy?: EngineProxy): Promise<Rig> {
    const session = `peers-${randomBytes(4).toString('hex')}`;
    const host = choices?.engine === undefined ? { host: proxy?.host ?? fake.host } : {};
    const tracker = await DockerTracker.open({ session, network: 'none', ...host, ...choices });
    return new Rig(fake, proxy, tracker, await Engine.connect({ host: fake.host }));
  }

  readonly fake: FakeEngine;
  readonly tracker: DockerTracker;
  readonly ledger: TransitionLedger;
  /** Looks at the engine beside the tracker, and plays everybody else. */
  readonly onlooker: Engine;
  readonly freshness: Freshness[] = [];
  readonly #proxy: EngineProxy | undefined;

  private constructor(fake: FakeEngine, proxy: EngineProxy | undefined, tracker: DockerTracker, onlooker: Engine) {
    this.fake = fake;
    this.#proxy = proxy;
    this.tracker = tracker;
    this.onlooker = onlooker;
    this.ledger = new TransitionLedger(tracker);
    tracker.freshness$.subscribe((freshness) => this.freshness.push(freshness));
  }

  get proxy(): EngineProxy {
    if (this.#proxy === undefined) throw new TypeError('this rig was opened without a proxy');
    return this.#proxy;
  }

  get session(): string {
    return this.tracker.session;
  }

  job(id: string): JobSnapshot | undefined {
    return this.tracker.snapshot().get(id);
  }

  /** Jobs that run until the test ends them. */
  submit(count: number, template: JobTemplate = sleeping()): Promise<readonly string[]> {
    return inParallel(Array.from({ length: count }), 8, () => this.tracker.addJob(template));
  }

  /** The engine's own word on each container, in the tracker's terms. */
  async engineStates(): Promise<ReadonlyMap<string, string>> {
    const rows = await this.onlooker.containers.list({ all: true });
    const states = await inParallel(rows, 8, async ({ Id }) => {
      const { State } = await this.onlooker.containers.inspect(Id);
      return [Id, stateOf(State, this.fake.jobs.container(Id).process?.stopped === true)] as const;
    });
    return new Map(states);
  }

  /** The view says of every job what the engine says. */
  async expectConverged(): Promise<void> {
    const view = [...this.tracker.snapshot()].map(([id, { state, exitStatus }]) => [
      id,
      exitStatus === undefined ? state : `${state} ${exitStatus}`,
    ]);
    expect(Object.fromEntries(view)).toEqual(Object.fromEntries(await this.engineStates()));
  }

  /** Ends the event stream, and keeps the tracker from coming back until `release`. */
  async openGap(): Promise<{ close(): Promise<void> }> {
    const gate = this.fake.hold('GET /_ping', { when: 'arrived' });
    this.fake.cutStreams();
    await gate.first;
    return {
      close: () => {
        const healed = this.nextLive();
        gate.release();
        return healed;
      },
    };
  }

  /** Settles when the view is live again after it was not, from now on. */
  async nextLive(): Promise<void> {
    let left = false;
    const healed = this.tracker.freshness$.pipe(
      skipWhile((freshness) => {
        left ||= freshness !== 'live';
        return !left || freshness !== 'live';
      }),
    );
    await firstValueFrom(healed);
  }

  async isLive(): Promise<void> {
    await firstValueFrom(this.tracker.freshness$.pipe(skipWhile((freshness) => freshness !== 'live')));
  }

  async isStale(): Promise<void> {
    await firstValueFrom(this.tracker.freshness$.pipe(skipWhile((freshness) => freshness !== 'stale')));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.fake.clearFaults();
    await this.tracker.close();
    await this.onlooker.close();
    await this.#proxy?.close();
    await this.fake.close();
  }
}

export function template(command: readonly string[], more: Partial<JobTemplate> = {}): JobTemplate {
  const [remoteCommand = '', ...args] = command;
  return { jobCategory: IMAGE, remoteCommand, args, ...more };
}

/** A job that runs until the test ends it. */
export function sleeping(more: Partial<JobTemplate> = {}): JobTemplate {
  return template(['sleep', '3600'], more);
}

export function exiting(exitCode: number, more: Partial<JobTemplate> = {}): JobTemplate {
  return template(['sh', '-c', `exit ${exitCode}`], more);
}

/** Few at a time, answers in the order of the items. */
export async function inParallel<Item, Value>(
  items: readonly Item[],
  limit: number,
  work: (item: Item, index: number) => Promise<Value>,
): Promise<readonly Value[]> {
  const values: Value[] = [];
  const left = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of left) values[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: limit }, worker));
  return values;
}

/** Lets the event loop turn until the condition holds; the test's timeout is the limit. */
export async function turnsUntil(condition: () => boolean): Promise<void> {
  while (!condition()) await turn();
}

export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}

/** What a promise rejects with. */
export async function rejection(promise: Promise<unknown>): Promise<Error & { readonly code?: EngineError['code'] }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return error;
    throw error;
  }
  throw new Error('it was expected to reject');
}

/** The state table, for jobs that have started. */
function stateOf(
  state: { readonly Status: string; readonly ExitCode: number; readonly StartedAt: string },
  stopped: boolean,
): string {
  switch (state.Status) {
    case 'running':
      return stopped ? 'Suspended' : 'Running';
    case 'paused':
      return 'Suspended';
    case 'restarting':
      return 'Queued';
    case 'exited':
      return `${state.ExitCode === 0 ? 'Done' : 'Failed'} ${state.ExitCode}`;
    default:
      return state.Status;
  }
}
