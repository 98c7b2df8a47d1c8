import { ContainerLock } from './container-lock.js';
import { ContainerOutput } from './container-output.js';
import { ContainerWaiters } from './container-waiters.js';

/** What the create request asked for, as far as the model acts on it; the rest is only shown by inspect. */
export type ContainerConfig = Readonly<Record<string, unknown>> & {
  readonly Image: string;
  readonly Cmd: readonly string[];
  readonly Entrypoint: readonly string[];
  readonly Env: readonly string[];
  readonly Labels: Readonly<Record<string, string>>;
  readonly Tty: boolean;
  readonly OpenStdin: boolean;
  readonly StdinOnce: boolean;
  readonly StopSignal: string;
  readonly StopTimeout: number | undefined;
};

export interface RestartPolicy {
  readonly Name: string;
  readonly MaximumRetryCount: number;
}

export type HostConfig = Readonly<Record<string, unknown>> & {
  readonly AutoRemove: boolean;
  readonly NetworkMode: string;
  readonly RestartPolicy: RestartPolicy;
  readonly Memory: number;
  readonly Init: boolean;
};

/** The engine's own words for State.Status. */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead';

/** What the list answers from: the copy saved last, which may lag behind the container. */
export interface ContainerReplica {
  readonly name: string;
  readonly status: ContainerStatus;
  readonly exitCode: number;
  readonly startedAt: bigint;
  readonly finishedAt: bigint;
  readonly health: string | undefined;
}

export interface HealthState {
  status: 'starting' | 'healthy' | 'unhealthy';
  failingStreak: number;
}

/** The first process of a run. */
export interface ContainerProcess {
  readonly traps: ReadonlyMap<number, number>;
  /** Stopped by SIGSTOP: signals pend until SIGCONT. */
  stopped: boolean;
  readonly pending: number[];
  readonly onInput: (chunk: Buffer | undefined) => void;
}

/** One container's record. Only the lifecycle functions change it, under its lock. */
export class Container {
  readonly lock = new ContainerLock();
  readonly waiters = new ContainerWaiters();
  readonly output = new ContainerOutput();
  readonly archive = new Map<string, Buffer>();
  readonly id: string;
  readonly createdAt: bigint;
  readonly imageId: string;
  readonly config: ContainerConfig;
  hostConfig: HostConfig;
  name: string;
  running = false;
  paused = false;
  restarting = false;
  removalInProgress = false;
  dead = false;
  removed = false;
  oomKilled = false;
  manuallyStopped = false;
  restartCancelled = false;
  pid = 0;
  exitCode = 0;
  error = '';
  startedAt = 0n;
  finishedAt = 0n;
  restartCount = 0;
  backOffMs = 0;
  cancelBackOff: (() => void) | undefined;
  /** Shut down with the engine, to be started with it again. */
  startsWithEngine = false;
  process: ContainerProcess | undefined;
  health: HealthState | undefined;
  execIds: string[] = [];
  replica: ContainerReplica | undefined;

  constructor(facts: {
    readonly id: string;
    readonly name: string;
    readonly createdAt: bigint;
    readonly imageId: string;
    readonly config: ContainerConfig;
    readonly hostConfig: HostConfig;
  }) {
    this.id = facts.id;
    this.name = facts.name;
    this.createdAt = facts.createdAt;
    this.imageId = facts.imageId;
    this.config = facts.config;
    this.hostConfig = facts.hostConfig;
  }

  /** Precedence of daemon/container/state.go. */
  get status(): ContainerStatus {
    if (this.running) return this.paused ? 'paused' : this.restarting ? 'restarting' : 'running';
    if (this.removalInProgress) return 'removing';
    if (this.dead) return 'dead';
    return this.startedAt === 0n ? 'created' : 'exited';
  }

  /** Copies the record into the replica that the list reads. */
  save(): void {
    this.replica = {
      name: this.name,
      status: this.status,
      exitCode: this.exitCode,
      startedAt: this.startedAt,
      finishedAt: this.finishedAt,
      health: this.health?.status,
    };
  }
}
