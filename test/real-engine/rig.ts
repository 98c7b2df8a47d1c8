import { randomBytes } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Engine,
  EngineHttpError,
  type ContainerCreateBody,
  type ContainerInspect,
} from '@docker-tracker/engine-client';
import { DockerTracker, type DockerTrackerOptions, type JobTemplate } from '@docker-tracker/tracker';
import { expect, vi } from 'vitest';
import { EventLog } from './event-log.js';

// A real engine under load takes its time.
vi.setConfig({ testTimeout: 90_000, hookTimeout: 180_000 });

export const IMAGE = 'docker-tracker/busybox:test';
export const SESSION_LABEL = 'drmaa2_jobsession';
export const TEMPLATE_LABEL = 'drmaa2jobtemplate';
const TEST_LABEL = 'docker-tracker-test';

/** The engine under test; a run without one fails rather than passes over its tests. */
export function engineHost(): string {
  const host = process.env.DOCKER_HOST;
  if (host === undefined || host === '') throw new Error('DOCKER_HOST is not set: these tests need a real engine');
  return host;
}

export type RigOptions = Partial<Omit<DockerTrackerOptions, 'session'>>;

/** One test's session on a real engine: its trackers are closed and its containers removed at the end. */
export class Rig implements AsyncDisposable {
  readonly session: string;
  readonly tracker: DockerTracker;
  /** Looks at the engine beside the tracker, and plays everybody else. */
  readonly engine: Engine;
  /** What the engine told of this test's containers. */
  readonly events: EventLog;
  readonly #host: string;
  readonly #options: RigOptions;
  readonly #trackers: DockerTracker[];
  readonly #sessions = new Set<string>();
  readonly #folders: string[] = [];

  /** With `host`, the tracker and the onlooker talk to that engine; `onlooker` may take another way to the same one. */
  static async open(options: RigOptions & { readonly onlooker?: string } = {}): Promise<Rig> {
    const { onlooker, ...forTracker } = options;
    const host = forTracker.host ?? engineHost();
    const session = `real-${randomBytes(6).toString('hex')}`;
    const engine = await Engine.connect({ host: onlooker ?? host });
    const own = (labels: Readonly<Record<string, string>>): boolean =>
      labels[SESSION_LABEL]?.startsWith(session) === true || labels[TEST_LABEL] === session;
    const events = await EventLog.open(engine, ({ attributes }) => own(attributes));
    const common = { network: 'none', ...(forTracker.engine === undefined && { host }), ...forTracker };
    const tracker = await DockerTracker.open({ ...common, session });
    return new Rig({ session, tracker, engine, events }, host, common);
  }

  private constructor(
    { session, tracker, engine, events }: Pick<Rig, 'session' | 'tracker' | 'engine' | 'events'>,
    host: string,
    options: RigOptions,
  ) {
    this.session = session;
    this.tracker = tracker;
    this.engine = engine;
    this.events = events;
    this.#host = host;
    this.#options = options;
    this.#trackers = [tracker];
    this.#sessions.add(session);
  }

  /** One more tracker, of the same session unless said otherwise. */
  async another(options: RigOptions & { readonly session?: string } = {}): Promise<DockerTracker> {
    const tracker = await DockerTracker.open({ session: this.session, ...this.#options, ...options });
    this.#trackers.push(tracker);
    this.#sessions.add(tracker.session);
    return tracker;
  }

  /** The name of a session that other processes open: its containers go with the rig, and their events are kept. */
  owns(suffix: string): string {
    const session = `${this.session}-${suffix}`;
    this.#sessions.add(session);
    return session;
  }

  template(command: readonly string[], more: Partial<JobTemplate> = {}): JobTemplate {
    const [remoteCommand = '', ...args] = command;
    return { jobCategory: IMAGE, remoteCommand, args, ...more };
  }

  sh(script: string, more: Partial<JobTemplate> = {}): JobTemplate {
    return this.template(['/bin/sh', '-c', script], more);
  }

  /** Submits a job that stays until it is ended. */
  sleeper(more: Partial<JobTemplate> = {}): Promise<string> {
    return this.tracker.addJob(this.template(['sleep', '600'], more));
  }

  /** Submits a job that ends as soon as it gets SIGUSR1 (or SIGTERM), with that exit code. */
  waiter(exitCode: number, more: Partial<JobTemplate> = {}): Promise<string> {
    return this.tracker.addJob(this.sh(endsOnSignal(exitCode), more));
  }

  /** Creates a container past the tracker, of the session unless its labels say otherwise. */
  async create(body: Partial<ContainerCreateBody> = {}, name?: string): Promise<string> {
    const created = await this.engine.containers.create(
      {
        Image: IMAGE,
        Cmd: ['sleep', '600'],
        ...body,
        Labels: { [TEST_LABEL]: this.session, [SESSION_LABEL]: this.session, ...body.Labels },
        HostConfig: { NetworkMode: 'none', ...body.HostConfig },
      },
      { name },
    );
    return created.Id;
  }

  /** As {@link create}, of no session. */
  async createForeign(body: Partial<ContainerCreateBody> = {}, name?: string): Promise<string> {
    const created = await this.engine.containers.create(
      {
        Image: IMAGE,
        Cmd: ['sleep', '600'],
        ...body,
        Labels: { ...body.Labels, [TEST_LABEL]: this.session },
        HostConfig: { NetworkMode: 'none', ...body.HostConfig },
      },
      { name },
    );
    return created.Id;
  }

  /** Resolves when `events` holds all that happened before: the trackers' own streams may be ahead of it. */
  async eventsUpToNow(): Promise<void> {
    const marker = await this.createForeign();
    await this.events.seen({ action: 'create', id: marker });
  }

  inspect(id: string): Promise<ContainerInspect> {
    return this.engine.containers.inspect(id);
  }

  /** Ids of all containers of the session, as the engine has them. */
  async containers(): Promise<readonly string[]> {
    return idsLabelled(this.engine, `${SESSION_LABEL}=${this.session}`);
  }

  /** A folder on this host that goes with the rig. */
  async folder(): Promise<string> {
    const folder = await mkdtemp(join(tmpdir(), 'real-engine-'));
    this.#folders.push(folder);
    return folder;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#trackers.map((tracker) => tracker.close()));
    const sweeper = await Engine.connect({ host: this.#host });
    try {
      const labels = [...this.#sessions].map((session) => `${SESSION_LABEL}=${session}`);
      labels.push(`${TEST_LABEL}=${this.session}`);
      const ids = new Set((await Promise.all(labels.map((label) => idsLabelled(sweeper, label)))).flat());
      await Promise.all([...ids].map((id) => removeFully(sweeper, id)));
      for (const label of labels) expect(await idsLabelled(sweeper, label), `left of ${label}`).toEqual([]);
    } finally {
      await sweeper.close();
      await this.engine.close();
      for (const folder of this.#folders) await rm(folder, { recursive: true, force: true });
    }
  }
}

/** A script for `sh -c`: says `ready`, and at SIGUSR1 or SIGTERM `bye`, and ends. */
export function endsOnSignal(exitCode: number): string {
  return `trap 'echo bye; exit ${String(exitCode)}' USR1 TERM; echo ready; while :; do sleep 600 & wait $!; done`;
}

async function idsLabelled(engine: Engine, label: string): Promise<readonly string[]> {
  const rows = await engine.containers.list({ all: true, filters: { label: [label] } });
  return rows.map(({ Id }) => Id);
}

/** Resolves when the container is gone, whoever removes it. */
async function removeFully(engine: Engine, id: string): Promise<void> {
  try {
    const removal = await engine.containers.wait(id, { condition: 'removed' });
    removal.exited.catch(() => undefined);
    await engine.containers.remove(id, { force: true, v: true }).catch((error: unknown) => {
      if (!(error instanceof EngineHttpError) || error.status !== 409) throw error;
    });
    await removal.exited;
  } catch (error) {
    if (!(error instanceof EngineHttpError) || error.status !== 404) throw error;
  }
}
