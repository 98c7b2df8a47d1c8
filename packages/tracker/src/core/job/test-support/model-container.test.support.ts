import type { ContainerInspect, ContainerSummary, ContainerTop, EngineEvent } from '@docker-tracker/engine-client';
import { SESSION_LABEL } from '../../label/label-names.js';
import { formatTimestamp } from '../timestamp.js';

export const MODEL_ID = 'c0ffee';
const PID = 4711;
const ZERO_TIME = '0001-01-01T00:00:00Z';

export interface ModelOptions {
  readonly policy: 'no' | 'always' | 'on-failure';
  readonly autoRemove: boolean;
}

export type Command =
  | { readonly do: 'start' | 'start-fails' | 'pause' | 'unpause' | 'stop' | 'restart' | 'back-off-over' | 'destroy' }
  | { readonly do: 'exit'; readonly code: number }
  | { readonly do: 'kill'; readonly signal: 9 | 10 | 15 | 18 | 19 }
  | { readonly do: 'oom'; readonly kills: boolean }
  | { readonly do: 'rename'; readonly name: string }
  | { readonly do: 'update'; readonly policy: ModelOptions['policy'] }
  | { readonly do: 'health'; readonly healthy: boolean };

/** One end of a run that no policy followed. */
interface Ending {
  readonly startedAt: string;
  readonly exitCode: number;
  /** By a `kill` or `stop` in restart back-off: no event tells it. */
  readonly silent: boolean;
}

type Status = 'created' | 'running' | 'restarting' | 'exited' | 'gone';

/** One container on an engine: what the engine does to it, the events that it emits, and what it answers at any moment. */
export class ModelContainer {
  readonly events: EngineEvent[] = [];
  /** Each place that a run has been at, in order: `running` and `ended` of each StartedAt. */
  readonly history: string[] = ['created'];
  readonly endings: Ending[] = [];
  /** StartedAt by the stamp of its `start` event. */
  readonly starts = new Map<bigint, string>();
  readonly policyAtFirst: string;
  now = 1_795_466_661_000_000_000n;
  status: Status = 'created';
  paused = false;
  stopped = false;
  name = 'job';
  exitCode = 0;
  startedAt: bigint | undefined;
  #finishedAt: bigint | undefined;
  #error = '';
  #oom = false;
  #health: 'none' | 'healthy' | 'unhealthy' = 'none';
  #policy: ModelOptions['policy'];
  readonly #autoRemove: boolean;
  #restartCount = 0;
  #stoppedByHand = false;
  /** The list lags after pause, unpause, and die (on old engines). */
  #listed: Status | 'paused' = 'created';

  constructor({ policy, autoRemove }: ModelOptions) {
    this.#policy = policy;
    this.policyAtFirst = policy;
    this.#autoRemove = autoRemove;
    this.#emit('create');
  }

  get startedAtText(): string {
    return this.startedAt === undefined ? ZERO_TIME : formatTimestamp(this.startedAt);
  }

  get word(): Status | 'paused' {
    return this.status === 'running' && this.paused ? 'paused' : this.status;
  }

  get health(): string {
    return this.#health;
  }

  run(command: Command): void {
    if (this.status === 'gone') return;
    const before = this.word;
    this.#tick();
    this.#perform(command);
    const lags = ['pause', 'unpause', 'exit', 'kill', 'oom'].includes(command.do);
    this.#listed = lags ? before : this.word;
  }

  /** The list catches up. */
  settle(): void {
    this.#listed = this.word;
  }

  inspect(): ContainerInspect | undefined {
    if (this.status === 'gone') return undefined;
    const live = this.status === 'running' || this.status === 'restarting';
    return {
      Id: MODEL_ID,
      Name: `/${this.name}`,
      Created: formatTimestamp(1_795_466_661_000_000_000n),
      State: {
        Status: this.word,
        Running: live,
        Paused: this.paused,
        Restarting: this.status === 'restarting',
        OOMKilled: this.#oom,
        Dead: false,
        Pid: this.status === 'running' ? PID : 0,
        ExitCode: this.status === 'running' ? 0 : this.exitCode,
        Error: this.#error,
        StartedAt: this.startedAtText,
        FinishedAt: this.#finishedAt === undefined ? ZERO_TIME : formatTimestamp(this.#finishedAt),
        Health: { Status: this.#health, FailingStreak: 0 },
      },
      RestartCount: this.#restartCount,
      Config: {
        Hostname: 'host',
        User: '',
        Cmd: ['true'],
        Image: 'busybox',
        Labels: { [SESSION_LABEL]: 'model' },
        WorkingDir: '',
        Tty: false,
      },
      HostConfig: { AutoRemove: this.#autoRemove, RestartPolicy: { Name: this.#policy, MaximumRetryCount: 2 } },
    } as unknown as ContainerInspect;
  }

  row(): ContainerSummary | undefined {
    if (this.status === 'gone') return undefined;
    const State = this.#listed;
    return {
      Id: MODEL_ID,
      Names: [`/${this.name}`],
      Image: 'busybox',
      Labels: { [SESSION_LABEL]: 'model' },
      State,
      Status: State === 'exited' ? `Exited (${this.exitCode}) 1 second ago` : 'Up 1 second',
    } as unknown as ContainerSummary;
  }

  top(): ContainerTop | undefined {
    if (this.status !== 'running') return undefined;
    return { Titles: ['PID', 'STAT'], Processes: [[String(PID), this.stopped ? 'Ts' : 'Ss']] };
  }

  #perform(command: Command): void {
    switch (command.do) {
      case 'start':
        if (this.status === 'created' || this.status === 'exited') this.#startByHand();
        break;
      case 'start-fails':
        if (this.status === 'created') [this.exitCode, this.#error] = [127, 'no such command'];
        break;
      case 'back-off-over':
        if (this.status === 'restarting') this.#begin();
        break;
      case 'exit':
        if (this.status === 'running' && !this.paused && !this.stopped) this.#finish(command.code);
        break;
      case 'pause':
        if (this.status === 'running' && !this.paused) [this.paused] = [this.#emit('pause')];
        break;
      case 'unpause':
        this.#unpause();
        break;
      case 'kill':
        this.#kill(command.signal);
        break;
      case 'oom':
        if (this.status !== 'running') break;
        this.#oom = this.#emit('oom');
        if (command.kills) this.#finish(137);
        break;
      case 'stop':
        this.#stop(() => this.#emit('stop'));
        break;
      case 'restart':
        if (this.status === 'restarting') break;
        this.#stop(() => this.#emit('stop'));
        if (this.word === 'exited' || this.word === 'created') {
          this.#startByHand();
          this.#emit('restart');
        }
        break;
      case 'rename': {
        const oldName = `/${this.name}`;
        this.name = command.name;
        this.#emit('rename', { oldName });
        break;
      }
      case 'update':
        if (this.#autoRemove) break;
        this.#policy = command.policy;
        this.#emit('update');
        break;
      case 'health': {
        const health = command.healthy ? 'healthy' : 'unhealthy';
        if (this.status !== 'running' || this.#health === health) break;
        this.#health = health;
        this.#emit(`health_status: ${health}`);
        break;
      }
      case 'destroy':
        if (this.status === 'running')
          this.#end(
            () => {
              this.#signalled(9);
            },
            () => true,
          );
        if (this.word === 'gone') break;
        if (this.status === 'restarting') this.#endInBackOff();
        this.#goAway();
        break;
    }
  }

  #tick(): bigint {
    return (this.now += 1_000_000n);
  }

  #emit(action: string, own: Record<string, string> = {}): true {
    const attributes = { image: 'busybox', name: this.name, ...own, [SESSION_LABEL]: 'model' };
    this.events.push({ type: 'container', action, id: MODEL_ID, attributes, timeNano: this.#tick() });
    return true;
  }

  #startByHand(): void {
    this.#restartCount = 0;
    this.#stoppedByHand = false;
    this.#begin();
  }

  #begin(): void {
    this.startedAt = this.#tick();
    [this.status, this.paused, this.stopped, this.#health, this.#error] = ['running', false, false, 'none', ''];
    this.#oom = false;
    this.history.push(`running ${this.startedAtText}`);
    this.#emit('start');
    this.starts.set(this.now, this.startedAtText);
  }

  #finish(code: number): void {
    this.#finishedAt = this.#tick();
    this.exitCode = code;
    [this.paused, this.stopped] = [false, false];
    const wanted = this.#policy === 'always' || (this.#policy === 'on-failure' && code !== 0 && this.#restartCount < 2);
    const again = wanted && !this.#stoppedByHand;
    this.#emit('die', { exitCode: String(code) });
    this.status = again ? 'restarting' : 'exited';
    if (again) this.#restartCount += 1;
    else this.#ended(false);
    this.history.push(`${again ? 'restarting' : 'ended'} ${this.startedAtText}`);
    if (!again && this.#autoRemove) this.#goAway();
  }

  #ended(silent: boolean): void {
    this.endings.push({ startedAt: this.startedAtText, exitCode: this.exitCode, silent });
  }

  #goAway(): void {
    this.#emit('destroy');
    this.status = 'gone';
  }

  #unpause(): void {
    if (this.status !== 'running' || !this.paused) return;
    this.paused = false;
    this.#emit('unpause');
  }

  #signalled(signal: number): void {
    this.#emit('kill', { signal: String(signal) });
    this.#stoppedByHand = true;
    if (signal !== 9) this.#unpause();
  }

  #kill(signal: 9 | 10 | 15 | 18 | 19): void {
    if (this.status === 'restarting') {
      this.#endInBackOff();
      return;
    }
    if (this.status !== 'running') return;
    this.#signalled(signal);
    if (signal === 19) this.stopped = true;
    if (signal === 18) this.stopped = false;
    if (signal === 9 || (!this.stopped && (signal === 10 || signal === 15))) this.#finish(128 + signal);
  }

  #stop(told: () => boolean): void {
    if (this.status === 'restarting') {
      this.#endInBackOff();
      told();
      return;
    }
    if (this.status !== 'running') return;
    const stubborn = this.stopped;
    this.#end(
      () => {
        this.#signalled(15);
        if (stubborn) this.#signalled(9);
      },
      told,
      stubborn ? 137 : 143,
    );
  }

  #end(signals: () => void, told: () => boolean, code = 137): void {
    signals();
    this.#finish(code);
    if (this.word !== 'gone') told();
  }

  #endInBackOff(): void {
    this.status = 'exited';
    this.#stoppedByHand = true;
    this.#ended(true);
    this.history.push(`ended ${this.startedAtText}`);
  }
}
