import { createHash, randomBytes } from 'node:crypto';
import type { EngineClock } from '../engine-clock.js';
import type { EngineProfile } from '../engine-profile.js';
import type { EventBus } from '../events/event-bus.js';
import type { Container } from './container.js';
import { ContainerStore } from './container-store.js';
import { ENGINE_MESSAGES, type EngineMessages } from './engine-messages.js';
import type { Exec } from './exec.js';
import { ImageStore } from './image-store.js';

/** What the next start of a container shall fail with. */
export interface StartFailure {
  readonly status: 400 | 500;
  readonly exitCode: 126 | 127 | 128;
  readonly message: string;
}

/** The engine's memory. It outlives restarts of the engine, except for the event ring. */
export class EngineModel {
  readonly profile: EngineProfile;
  readonly clock: EngineClock;
  readonly bus: EventBus;
  readonly messages: EngineMessages;
  readonly containers: ContainerStore;
  readonly images = new ImageStore();
  readonly execs = new Map<string, Exec>();
  readonly startFailures = new Map<string, StartFailure>();
  readonly engineId: string = randomBytes(16).toString('hex');
  readonly networkId: string = createHash('sha256').update('none').digest('hex');
  readonly commands: Set<string>;
  /** Off: the host has no `ps`, and `top` answers 500. */
  hasPs = true;
  /** Whether jobs with a health check are probed as often as they ask for; else the test does it. */
  probesHealth = true;
  /** How long the list stays one step behind where the engine saves after the event. */
  replicaLagMs: number;
  /** While set, nothing reaches the replica. */
  replicaHold: Promise<void> | undefined;
  /** The engine is not running: containers live on, unseen. */
  isDown = false;
  /** One more with each SIGKILL: what was under way in an earlier one is cut off there. */
  life = 1;
  liveRestore: boolean;
  #nextPid = 20_000;

  constructor(parts: {
    readonly profile: EngineProfile;
    readonly clock: EngineClock;
    readonly bus: EventBus;
    readonly commands: Iterable<string>;
    readonly replicaLagMs: number;
    readonly liveRestore: boolean;
  }) {
    this.profile = parts.profile;
    this.clock = parts.clock;
    this.bus = parts.bus;
    this.messages = ENGINE_MESSAGES[parts.profile.name];
    this.containers = new ContainerStore(parts.profile.name);
    this.commands = new Set(parts.commands);
    this.replicaLagMs = parts.replicaLagMs;
    this.liveRestore = parts.liveRestore;
  }

  nextPid(): number {
    this.#nextPid += 7;
    return this.#nextPid;
  }

  /**
   * Attributes: the action's own, the labels over them, name and image over all. A label called `exitCode` therefore
   * replaces the real one (daemon/events.go, LogContainerEventWithAttributes).
   */
  publishContainer(container: Container, action: string, extra: Readonly<Record<string, string>> = {}): Promise<void> {
    const { Image: image, Labels: labels } = container.config;
    return this.bus.publish({
      type: 'container',
      action,
      actorId: container.id,
      attributes: { ...extra, ...labels, ...(image === '' ? {} : { image }), name: container.name },
      scope: 'local',
    });
  }

  /** Joining and leaving a network takes a slot of the ring, carries no labels, and happens for `none` as well. */
  publishNetwork(container: Container, action: 'connect' | 'disconnect'): Promise<void> {
    const mode = container.hostConfig.NetworkMode;
    const name = mode === 'default' ? 'bridge' : mode;
    return this.bus.publish({
      type: 'network',
      action,
      actorId: this.networkId,
      attributes: { container: container.id, name, type: name === 'none' ? 'null' : name },
      scope: 'local',
    });
  }

  /** Saves into the replica later than the event that told of the change. */
  async saveLate(container: Container): Promise<void> {
    if (this.replicaLagMs > 0) await new Promise((resolve) => setTimeout(resolve, this.replicaLagMs));
    await this.replicaHold;
    container.save();
  }
}

/** Gives answers and other requests their turn: in the engine they are goroutines of their own. */
export function turn(): Promise<void> {
  return new Promise((resolve) => {
    setImmediate(resolve);
  });
}
