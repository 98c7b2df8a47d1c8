import { randomBytes } from 'node:crypto';
import { PlainEngine, type PlainAnswer } from './plain-engine.js';

/** An engine under test, and who to ask to leave it clean. */
export interface EngineUnderTest {
  readonly host: string;
  readonly close: () => Promise<void>;
}

export interface JobBody {
  readonly Cmd: readonly string[];
  readonly Labels?: Readonly<Record<string, string>>;
  readonly HostConfig?: Readonly<Record<string, unknown>>;
  readonly Tty?: boolean;
  readonly OpenStdin?: boolean;
  readonly StdinOnce?: boolean;
  readonly StopSignal?: string;
  readonly Healthcheck?: Readonly<Record<string, unknown>>;
}

export interface WireEvent {
  readonly Type: string;
  readonly Action: string;
  readonly Actor: { readonly ID: string; readonly Attributes: Readonly<Record<string, string>> };
  /** Exact digits: the number does not survive JSON.parse. */
  readonly timeNano: bigint;
}

export interface Inspected {
  readonly Name: string;
  readonly RestartCount: number;
  readonly State: {
    readonly Status: string;
    readonly Running: boolean;
    readonly Paused: boolean;
    readonly ExitCode: number;
    readonly Error: string;
    readonly Pid: number;
    readonly StartedAt: string;
    readonly FinishedAt: string;
  };
}

export const TEST_LABEL = 'docker-tracker-test';
const IMAGE = 'docker-tracker/busybox:test';

/** One test's containers on one engine: labelled, without network, removed at the end. */
export class ContractRig implements AsyncDisposable {
  readonly client: PlainEngine;
  readonly run: string = randomBytes(6).toString('hex');
  #names = 0;

  constructor(host: string) {
    this.client = new PlainEngine(host);
  }

  /** A name that nothing else on the engine has. */
  name(): string {
    this.#names += 1;
    return `contract-${this.run}-${this.#names}`;
  }

  async create(body: JobBody, name = this.name()): Promise<string> {
    const { status, text } = await this.tryCreate(body, name);
    if (status !== 201) throw new Error(`create: ${status} ${text}`);
    return (JSON.parse(text) as { readonly Id: string }).Id;
  }

  tryCreate(body: JobBody, name: string): Promise<PlainAnswer> {
    return this.client.call('POST', `/containers/create?name=${encodeURIComponent(name)}`, {
      Image: IMAGE,
      ...body,
      Labels: { [TEST_LABEL]: this.run, ...body.Labels },
      HostConfig: { NetworkMode: 'none', ...body.HostConfig },
    });
  }

  async post(id: string, action: string): Promise<PlainAnswer> {
    return this.client.call('POST', `/containers/${id}/${action}`);
  }

  async status(id: string, action: string): Promise<number> {
    return (await this.post(id, action)).status;
  }

  inspect(id: string): Promise<Inspected> {
    return this.client.json(`/containers/${id}/json`);
  }

  /** Opens a wait and answers once it is armed. */
  async wait(id: string, condition: string): Promise<{ readonly exitCode: Promise<number> }> {
    const { done } = await this.client.open('POST', `/containers/${id}/wait?condition=${condition}`);
    const exitCode = done.then((text) => (JSON.parse(text) as { readonly StatusCode: number }).StatusCode);
    exitCode.catch(() => undefined);
    return { exitCode };
  }

  /** Creates, arms a wait, starts, and waits for the end. */
  async runToEnd(body: JobBody): Promise<{ readonly id: string; readonly exitCode: number }> {
    const id = await this.create(body);
    const { exitCode } = await this.wait(id, 'next-exit');
    await this.post(id, 'start');
    return { id, exitCode: await exitCode };
  }

  /** The engine's clock, as `since` and `until` want it. */
  async engineTime(): Promise<string> {
    const { SystemTime } = await this.client.json<{ readonly SystemTime: string }>('/info');
    const [seconds = '', fraction = ''] = SystemTime.replace('Z', '').split('.');
    return `${Date.parse(`${seconds}Z`) / 1000}.${fraction.padEnd(9, '0')}`;
  }

  /** A bounded replay: every event of this rig's containers up to now, or of the interval given. */
  async events(
    options: { readonly since?: string; readonly until?: string; readonly filters?: object } = {},
  ): Promise<readonly WireEvent[]> {
    const filters = options.filters ?? { label: [`${TEST_LABEL}=${this.run}`] };
    const until = options.until ?? (await this.engineTime());
    const query = new URLSearchParams({ since: options.since ?? '0', until, filters: JSON.stringify(filters) });
    const { text } = await this.client.call('GET', `/events?${query.toString()}`);
    return text
      .split('\n')
      .filter((line) => line !== '')
      .map(readEvent);
  }

  /** Actions of one container so far. */
  async actions(id: string): Promise<readonly string[]> {
    return (await this.events()).filter(({ Actor }) => Actor.ID === id).map(({ Action }) => Action);
  }

  /**
   * Resolves when the engine has told of this action. `die` may come after `wait` answered, so a test that wants to
   * look back at events waits for them here first.
   */
  async seen(id: string, action: string): Promise<WireEvent> {
    const filters = JSON.stringify({ container: [id] });
    const path = `/events?since=0&filters=${encodeURIComponent(filters)}`;
    const stream = await this.client.open('GET', path);
    try {
      let rest = '';
      for await (const chunk of stream.body) {
        const lines = (rest + chunk.toString('utf8')).split('\n');
        rest = lines.pop() ?? '';
        const found = lines.map(readEvent).find(({ Action }) => Action === action);
        if (found !== undefined) return found;
      }
    } finally {
      stream.close();
    }
    throw new Error(`the event stream ended before ${action}`);
  }

  /** The first bytes that the job prints: it is up by then. */
  async firstOutput(id: string): Promise<void> {
    const stream = await this.client.open('GET', `/containers/${id}/logs?stdout=1&follow=1`);
    const first = await stream.body[Symbol.asyncIterator]().next();
    stream.close();
    if (first.done === true) throw new Error('the job ended without output');
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const filters = encodeURIComponent(JSON.stringify({ label: [`${TEST_LABEL}=${this.run}`] }));
    const rows = await this.client.json<readonly { readonly Id: string }[]>(
      `/containers/json?all=1&filters=${filters}`,
    );
    await Promise.all(rows.map(({ Id }) => this.client.call('DELETE', `/containers/${Id}?force=1&v=1`)));
    await this.client[Symbol.asyncDispose]();
  }
}

function readEvent(line: string): WireEvent {
  const digits = /"timeNano":(\d+)\}\s*$/.exec(line)?.[1] ?? '0';
  return { ...(JSON.parse(line) as WireEvent), timeNano: BigInt(digits) };
}

/** `since` and `until` want seconds with nine digits. */
export function toQueryTime(timeNano: bigint): string {
  return `${timeNano / 1_000_000_000n}.${(timeNano % 1_000_000_000n).toString().padStart(9, '0')}`;
}
